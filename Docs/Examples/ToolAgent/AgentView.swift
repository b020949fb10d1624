import Holdfast
import HoldfastServer

/// Shows an execution in the words of its front end: a fold of the steps' results.
struct AgentView: EventStreamView {
    /// What is known of an execution, and which call is about to be made.
    struct State: Sendable {
        var execution = AgentExecution()
        /// The call that was asked for and has no result yet.
        var call: ToolCall?
        /// Whether its beginning was shown; a call that was cut off begins again.
        var isCallShown = false
        /// Whether a worker has the job.
        var isHeld = false
    }

    let name = "agent"
    var initialState: State { State() }
    var quiet: ViewQuiet { ViewQuiet(heartbeat: .seconds(30)) }

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        switch event.event {
        case .enqueued:
            state.execution.task = try event.value(as: AgentTask.self).task
            return []
        case .started: return try start(at: event.at, &state)
        case .stepStarted(let started) where started.step.name == "tool":
            guard let call = state.call, !state.isCallShown else { return [] }
            state.isCallShown = true
            return [try ViewEvent("tool:start", call)]
        case .stepCompleted(let completed): return try events(of: completed, event, &state)
        case .paused:
            state.execution.status = .paused
            return []
        case .unpaused:
            state.execution.status = state.isHeld ? .running : .pending
            return []
        case .leaseReleased, .leaseExpired, .attemptFailed:
            state.isHeld = false
            return []
        case .cancelRequested:
            state.execution.status = .cancelling
            return []
        case .completed:
            return [
                try ViewEvent("execution:complete", state.execution.complete(event.value(), at: event.at))
            ]
        case .failed(let failed):
            let error = AgentExecution.Failure(failed.failure, cause: failed.cause)
            state.execution.fail(.failed, error.error, at: event.at)
            return [try ViewEvent("execution:error", error)]
        case .cancelled(let cancelled):
            let error = AgentExecution.Failure(cancelled)
            state.execution.fail(.cancelled, error.error, at: event.at)
            return [try ViewEvent("execution:error", error)]
        case .retried:
            state.isHeld = false
            state.execution.beginAgain()
            return []
        default: return []
        }
    }

    /// A worker took the job: for the first time, or again after a crash.
    private func start(at moment: Timestamp, _ state: inout State) throws -> [ViewEvent] {
        state.execution.status = .running
        state.isHeld = true
        guard state.execution.startedAt == nil else { return [] }
        let startedAt = moment.microseconds / 1_000
        state.execution.startedAt = startedAt
        return [try ViewEvent("execution:started", Started(task: state.execution.task, startedAt: startedAt))]
    }

    private func events(
        of step: StepCompleted, _ event: ViewedEvent, _ state: inout State
    ) throws -> [ViewEvent] {
        switch step.step.name {
        case "plan":
            let made = try event.value(as: PlanMade.self)
            state.execution.plan = made.plan
            state.execution.tokensUsed += made.tokens
            return [try ViewEvent("plan:created", ["plan": made.plan])] + (try begin(phase: 0, &state))
        case "think":
            let had = try event.value(as: ThoughtHad.self)
            state.execution.iterations += 1
            state.execution.tokensUsed += had.tokens
            (state.call, state.isCallShown) = (had.call, false)
            let thought = Thinking(thought: had.thought, iteration: state.execution.iterations)
            let events = [try ViewEvent("thinking", thought)]
            return had.call == nil ? events + (try endPhase(&state)) : events
        case "tool":
            let call = state.call
            state.call = nil
            let used = ToolUsed(
                toolName: call?.toolName ?? "", result: try event.value(), duration: step.duration / 1_000)
            return [try ViewEvent("tool:complete", used)]
        case "answer":
            state.execution.tokensUsed += try event.value(as: AnswerGiven.self).tokens
            return []
        default: return []
        }
    }

    private func begin(phase index: Int, _ state: inout State) throws -> [ViewEvent] {
        state.execution.phaseIndex = index
        guard let phase = state.execution.phase else { return [] }
        let started = PhaseStarted(phaseId: phase.id, phaseName: phase.name, phaseIndex: index)
        return [try ViewEvent("phase:start", started)]
    }

    private func endPhase(_ state: inout State) throws -> [ViewEvent] {
        guard let index = state.execution.phaseIndex, let phase = state.execution.phase else { return [] }
        let ended = PhaseCompleted(phaseId: phase.id, phaseName: phase.name)
        return [try ViewEvent("phase:complete", ended)] + (try begin(phase: index + 1, &state))
    }
}

// What stands in `data:`. The names are the front end's.

private struct Started: Encodable {
    let task: String
    /// In milliseconds since 1970.
    let startedAt: Int64
}

private struct PhaseStarted: Encodable {
    let phaseId: String
    let phaseName: String
    /// From 0.
    let phaseIndex: Int
}

private struct PhaseCompleted: Encodable {
    let phaseId: String
    let phaseName: String
}

private struct Thinking: Encodable {
    let thought: String
    /// How many thoughts there were in all phases, this one included.
    let iteration: Int
}

private struct ToolUsed: Encodable {
    let toolName: String
    let result: String
    /// In milliseconds.
    let duration: Int64
}
