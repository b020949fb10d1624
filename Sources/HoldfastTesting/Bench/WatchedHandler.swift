import HoldfastCore
import HoldfastEngine
import Synchronization

/// Runs a handler and lets the bench know what it does meanwhile.
struct WatchedHandler<Handler: JobHandler>: JobHandler {
    typealias Input = Handler.Input

    let handler: Handler
    let runs: WatchedRuns

    func run(_ job: Handler.Input, _ context: JobContext) async throws -> Handler.Input.Output {
        let id = runs.insert(context)
        defer { runs.remove(id) }
        return try await ManualClock.$job.withValue(context.job) { try await handler.run(job, context) }
    }

    func retryDecision(after error: any Error, failures: Int) -> RetryDecision? {
        handler.retryDecision(after: error, failures: failures)
    }
}

/// The runs of handlers that go on.
final class WatchedRuns: Sendable {
    private struct State {
        var runs: [Int: JobContext] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())

    func insert(_ context: JobContext) -> Int {
        state.withLock { state in
            state.lastID += 1
            state.runs[state.lastID] = context
            return state.lastID
        }
    }

    func remove(_ id: Int) { state.withLock { $0.runs[id] = nil } }

    /// Those that count, in the order in which they began.
    var all: [JobContext] {
        state.withLock { $0.runs.sorted { $0.key < $1.key }.map(\.value) }.filter { $0.standing != .over }
    }
}
