import Dispatch
import HoldfastStore
import Synchronization

/// Holds a log's writer in a transaction, so that what is given meanwhile has to share the next one.
///
/// What waits is the writer's own thread, never one of the pool.
final class Gate: Sendable {
    private let latch = DispatchSemaphore(value: 0)
    private let held: AsyncStream<Void>
    private let holding: AsyncStream<Void>.Continuation

    init() { (held, holding) = AsyncStream<Void>.makeStream() }

    /// Occupies the writer, after it did something, until the gate is opened.
    func hold(
        _ log: EventLog, after command: @escaping @Sendable (LogTransaction) throws -> Void = { _ in }
    ) async throws {
        // Also when the command never came this far, nobody must wait for ever.
        defer { holding.finish() }
        try await log.write { [self] transaction in
            try command(transaction)
            holding.yield()
            latch.wait()
        }
    }

    /// Waits until the writer is occupied.
    func isHeld() async {
        for await _ in held { return }
    }

    /// Lets the writer go on.
    func open() { latch.signal() }
}

/// Gathers how several commands ended.
final class Tally: Sendable {
    private struct State {
        var outcomes: [(any Error)?]
        var remaining: Int
    }

    private let state: Mutex<State>
    private let continuation: CheckedContinuation<[(any Error)?], Never>

    init(expecting count: Int, _ continuation: CheckedContinuation<[(any Error)?], Never>) {
        state = Mutex(State(outcomes: Array(repeating: nil, count: count), remaining: count))
        self.continuation = continuation
        if count == 0 { continuation.resume(returning: []) }
    }

    /// Notes how one ended; the last one gives all of them to whoever waits.
    func note(_ error: (any Error)?, at index: Int) {
        let complete = state.withLock { state -> [(any Error)?]? in
            state.outcomes[index] = error
            state.remaining -= 1
            return state.remaining == 0 ? state.outcomes : nil
        }
        if let complete { continuation.resume(returning: complete) }
    }
}
