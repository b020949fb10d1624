import Holdfast
import HoldfastServer

/// Shows a batch as named events: how it begins, each step of each chunk, and how it ends.
struct RecipeBatchView: EventStreamView {
    /// What is known of a batch from its log.
    struct State: Sendable {
        var batch = RecipeBatch(
            count: 0, mealTypes: [], enableImageGeneration: false, enableS3Upload: false)
        var began: Timestamp?
        /// The step that runs or ran last; nil before the first.
        var step: BatchStep?
        /// The chunk of that step, from 1.
        var chunk = 0
        var isComplete = false
        var recipes = 0
        var images = 0
        var finishedSteps = 0
        /// How long those took, in microseconds.
        var workTime: Int64 = 0
    }

    let name = "recipes"
    var initialState: State { State() }

    func greeting(_ connection: ViewConnection) throws -> [ViewBlock] {
        let batch = BatchName(job: connection.job)
        let greeting = ConnectedEvent(
            batchId: "\(batch)", clientId: connection.id, message: "Watching the batch \(batch)")
        return [.event(try ViewEvent("connected", greeting))]
    }

    func events(of event: ViewedEvent, _ state: inout State) throws -> [ViewEvent] {
        let batch = event.record.job.map(BatchName.init)
        switch event.event {
        case .enqueued:
            state.batch = try event.value()
            return [try ViewEvent("progress", BatchProgress(of: batch, state))]
        case .started:
            state.began = state.began ?? event.at
            return []
        case .stepStarted(let started):
            guard let step = BatchStep(rawValue: started.step.name.rawValue) else { return [] }
            (state.step, state.chunk) = (step, started.step.occurrence)
            return [try ViewEvent("progress", BatchProgress(of: batch, state))]
        case .stepCompleted(let completed):
            guard let step = BatchStep(rawValue: completed.step.name.rawValue) else { return [] }
            state.finishedSteps += 1
            state.workTime += completed.duration
            if step == .save { state.recipes += try event.value(as: Int.self) }
            if step == .image { state.images += try event.value(as: Int.self) }
            return []
        case .completed:
            state.isComplete = true
            let time = event.at - (state.began ?? event.at)
            return [
                try ViewEvent("progress", BatchProgress(of: batch, state)),
                try ViewEvent(
                    "complete", CompleteEvent(of: batch, state.batch, try event.value(), time: time)),
            ]
        case .failed(let failure): return [try ViewEvent("error", ErrorEvent(failure.failure.message, batch))]
        case .cancelled: return [try ViewEvent("error", ErrorEvent("cancelled", batch))]
        default: return []
        }
    }
}

extension RecipeBatchView.State {
    /// How long the steps take that are left, in milliseconds: as long as those so far did on average.
    var remaining: Int64 {
        guard finishedSteps > 0, !isComplete else { return 0 }
        let left = batch.chunks * batch.steps.count - finishedSteps
        return workTime * Int64(left) / Int64(finishedSteps) / 1000
    }

    /// Whether an agent has something to do, does it, or has done all of it.
    ///
    /// - Parameter steps: The steps in which the agent works, in their order.
    /// - Returns: `idle`, `working` or `complete`.
    func status(in steps: BatchStep...) -> String {
        let own = steps.filter(batch.steps.contains)
        guard let last = own.last, let step else { return "idle" }
        if isComplete { return "complete" }
        if own.contains(step) { return "working" }
        // The steps of the last chunk that are behind.
        let isPast = batch.steps.prefix { $0 != step }.contains(last)
        return chunk == batch.chunks && isPast ? "complete" : "idle"
    }
}
