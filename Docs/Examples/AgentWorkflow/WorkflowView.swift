import Holdfast
import HoldfastModels
import HoldfastServer

/// Shows a workflow: its state and last lines to whoever connects, then what happens.
struct WorkflowView: EventStreamView {
    let name = "workflow"
    var initialState: WorkflowProgress { WorkflowProgress() }

    func events(of event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        switch event.event {
        case .enqueued:
            try begin(event, &state)
            return []
        case .started: return try start(event, &state)
        case .leaseReleased, .leaseExpired, .attemptFailed:
            state.isHeld = false
            return []
        case .paused:
            state.workflow.status = .paused
            return []
        case .unpaused, .retried:
            state.workflow.status = state.isHeld ? .running : .pending
            return []
        case .budgetRaised(let raised):
            state.workflow.budgetLimit = raised.limit.value
            return []
        case .logWritten(let line):
            let line = LogLine.json(of: line, at: event.at)
            state.lines = (state.lines + [line]).suffix(WorkflowProgress.lineLimit)
            return [ViewEvent("log:created", json: line, throttledBy: "")]
        case .stepStarted, .stepCompleted, .stepFailed, .appEmitted: return try turn(event, &state)
        case .budgetCharged, .budgetWarned, .budgetExceeded: return try budget(event, &state)
        case .completed, .failed, .cancelled: return try end(event, &state)
        default: return []
        }
    }

    func snapshot(_ state: WorkflowProgress) throws -> [ViewEvent]? {
        try [ViewEvent("workflow:state", state.workflow)]
            + state.lines.map { ViewEvent("log:created", json: $0) }
            + state.agents.map { try ViewEvent("agent:state", $0) }
    }

    func greeting(_ connection: ViewConnection) -> [ViewBlock] {
        [.comment("Connected to workflow \(WorkflowView.id(of: connection.job))")]
    }

    var quiet: ViewQuiet { ViewQuiet(heartbeat: .seconds(15), text: "heartbeat %n") }

    /// What ids begin with.
    static let idPrefix = "wf_"

    /// The id of a workflow on the wire.
    static func id(of job: JobID) -> String { "\(idPrefix)\(job)" }

    // MARK: The workflow

    private func begin(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws {
        let job: WorkflowJob = try event.value()
        state.job = job
        state.workflow.workflowId = event.record.job.map(WorkflowView.id) ?? ""
        state.workflow.name = job.name
        state.workflow.totalSteps = job.totalSteps
        state.workflow.maxIterations = job.maxIterations
        state.workflow.budgetLimit = job.budgetLimit
    }

    private func start(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        state.isHeld = true
        state.workflow.status = .running
        // A job starts again after a pause or a crash; its workflow began once.
        guard state.startedAt == nil else { return [] }
        state.startedAt = event.at
        let workflow = state.workflow
        return [
            try ViewEvent(
                "workflow:started",
                WorkflowStarted(
                    name: workflow.name, totalSteps: workflow.totalSteps,
                    maxIterations: workflow.maxIterations, budgetLimit: workflow.budgetLimit))
        ]
    }

    private func end(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        state.isHeld = false
        let (duration, cost) = (state.duration(until: event.at), state.workflow.totalCost)
        func failure(_ error: String) throws -> [ViewEvent] {
            [
                try ViewEvent(
                    "workflow:failed", WorkflowFailed(error: error, duration: duration, totalCost: cost))
            ]
        }
        switch event.event {
        case .failed(let failed):
            state.workflow.status = .failed
            return try failure(failed.failure.message)
        case .cancelled:
            state.workflow.status = .cancelled
            return try failure("cancelled")
        default:
            state.workflow.status = .completed
            return [
                try ViewEvent(
                    "workflow:completed",
                    WorkflowCompleted(
                        duration: duration, totalCost: cost, iterations: state.workflow.iterations,
                        currentStep: state.workflow.currentStep))
            ]
        }
    }

    // MARK: The money

    private func budget(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        switch event.event {
        case .budgetCharged(let charged):
            state.workflow.totalCost = charged.total.value
            return [try ViewEvent("workflow:running", WorkflowChange(totalCost: charged.total.value))]
        case .budgetWarned(let warned):
            return [try ViewEvent("budget:warning", BudgetUse(spent: warned.spent, limit: warned.limit))]
        case .budgetExceeded(let exceeded):
            return [try ViewEvent("budget:exceeded", BudgetUse(spent: exceeded.spent, limit: exceeded.limit))]
        default: return []
        }
    }
}
