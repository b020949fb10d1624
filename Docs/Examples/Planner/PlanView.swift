import Holdfast
import HoldfastServer

/// Shows the making of a plan, with the names that the planner's front end knows.
struct PlanView: EventStreamView {
    /// What is known of a plan from its log.
    struct State: Sendable {
        var iterations = 0
        /// The iteration that began last, and when.
        var iteration = 0
        var began: Timestamp?
        /// The last part of it that was reported.
        var part = 0
        var wasRejected = false
    }

    let name = "plan"
    var initialState: State { State() }

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        switch event.event {
        case .enqueued:
            let job: PlanJob = try event.value()
            state.iterations = job.maxIterations
            return [
                try ViewEvent(
                    "planning_started",
                    Started(
                        goal: job.goal, iterations: job.maxIterations, interval: job.checkpointInterval))
            ]
        case .stepStarted(let started) where started.step.name == "iteration":
            // A step that was cut off begins again, but its iteration has been told of.
            guard started.step.occurrence > state.iteration else { return [] }
            (state.iteration, state.began, state.part) = (started.step.occurrence, event.at, 0)
            return [
                try ViewEvent("iteration_started", ["iteration": state.iteration, "max": state.iterations])
            ]
        case .appEmitted where event.emitted == IterationProgress.event:
            return try progress(event, &state)
        case .checkpointOpened: return [ViewEvent("checkpoint_reached", json: event.value ?? .null)]
        case .checkpointDecided(let decided):
            let number = decided.checkpoint.occurrence
            return [
                try decided.choice == .approve
                    ? ViewEvent("checkpoint_approved", ["checkpoint": number])
                    : rejection(of: number, decided.reason ?? "no reason given", &state)
            ]
        case .checkpointExpired(let expired):
            return [try rejection(of: expired.checkpoint.occurrence, "deadline", &state)]
        case .completed: return [ViewEvent("final_plan", json: event.value ?? .null), complete]
        case .failed(let failed):
            return [try ViewEvent("error", ["error": failed.failure.message]), complete]
        case .cancelled:
            guard !state.wasRejected else { return [complete] }
            return [try ViewEvent("error", ["error": "cancelled"]), complete]
        default: return []
        }
    }

    /// Tells of a part that is done, once, however often the iteration had to begin again.
    private func progress(_ event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        let progress: IterationProgress = try event.value()
        guard progress.iteration == state.iteration, progress.part > state.part else { return [] }
        state.part = progress.part
        let elapsed = state.began.map { event.at.microseconds - $0.microseconds } ?? 0
        return [
            try ViewEvent(
                "iteration_progress",
                Progressed(
                    iteration: progress.iteration, frameworks: progress.frameworks,
                    dataPoints: progress.dataPoints, elapsed: elapsed / 1000))
        ]
    }

    private func rejection(of number: Int, _ reason: String, _ state: inout State) throws -> ViewEvent {
        state.wasRejected = true
        return try ViewEvent("checkpoint_rejected", Rejected(checkpoint: number, reason: reason))
    }

    private var complete: ViewEvent { ViewEvent("complete", json: .emptyObject) }
}

// The payloads that are put together here.

private struct Started: Encodable {
    let goal: String
    let iterations: Int
    let interval: Int

    enum CodingKeys: String, CodingKey {
        case goal
        case iterations = "max_iterations"
        case interval = "checkpoint_interval"
    }
}

private struct Progressed: Encodable {
    let iteration: Int
    let frameworks: Int
    let dataPoints: Int
    /// Milliseconds since the iteration began.
    let elapsed: Int64

    enum CodingKeys: String, CodingKey {
        case iteration, elapsed
        case frameworks = "frameworks_so_far"
        case dataPoints = "data_points_so_far"
    }
}

private struct Rejected: Encodable {
    let checkpoint: Int
    let reason: String
}
