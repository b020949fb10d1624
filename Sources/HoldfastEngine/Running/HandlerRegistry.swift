import HoldfastCore
import HoldfastStore
import Synchronization

/// A handler whose types are hidden behind JSON.
struct RegisteredHandler: Sendable {
    let kind: JobKind
    let run: @Sendable (JSONText, JobContext) async throws -> JSONText
    let retryDecision: @Sendable (_ error: any Error, _ failures: Int) -> RetryDecision?

    init<Handler: JobHandler>(_ handler: Handler) {
        kind = Handler.Input.kind
        retryDecision = { handler.retryDecision(after: $0, failures: $1) }
        run = { input, context in
            let job: Handler.Input
            do {
                job = try JobCoding.decode(input)
            } catch {
                // The same input will not fit better next time.
                throw NotRetryable(error)
            }
            return try JobCoding.encode(try await handler.run(job, context))
        }
    }
}

/// The handlers that take jobs from one queue.
struct Lane: Sendable {
    let queue: QueueName
    var handlers: [JobKind: RegisteredHandler] = [:]
    var concurrency: [JobKind: Int] = [:]

    func runs(_ kind: JobKind, of queue: QueueName) -> Bool { self.queue == queue && handlers[kind] != nil }
}

/// Remembers which handlers run jobs of which queues.
final class HandlerRegistry: Sendable {
    private struct State {
        var lanes: [QueueName: Lane] = [:]
        var isDraining = false
        var lastCall = 0
        var outcomes: [StoreCall.Purpose: StoreOutcome] = [:]
    }

    private let state = Mutex(State())

    var lanes: [Lane] { state.withLock { $0.lanes.values.sorted { $0.queue < $1.queue } } }

    /// What the engine is about; that it stops hides that its store fails.
    var health: EngineHealth {
        state.withLock { state in
            if state.isDraining { return .draining }
            let failure = state.outcomes[.write]?.failure ?? state.outcomes[.read]?.failure
            return failure.map(EngineHealth.storeFails) ?? .ready
        }
    }

    func noteDraining(_ isDraining: Bool) { state.withLock { $0.isDraining = isDraining } }

    /// Begins to watch a call of the store.
    func beginCall(_ purpose: StoreCall.Purpose) -> StoreCall {
        state.withLock { state in
            state.lastCall += 1
            return StoreCall(purpose: purpose, number: state.lastCall)
        }
    }

    /// Notes how a call of the store ended: why it failed, or nil.
    ///
    /// A call that began before one whose end is known says nothing any more.
    /// - Returns: Whether it is news: the first failure after a success, or the first success after a failure.
    func endCall(_ call: StoreCall, failure: String?) -> Bool {
        state.withLock { state in
            let known = state.outcomes[call.purpose]
            if let known, known.number > call.number { return false }
            state.outcomes[call.purpose] = StoreOutcome(number: call.number, failure: failure)
            return (known?.failure == nil) != (failure == nil)
        }
    }

    func add(_ handler: RegisteredHandler, on queue: QueueName, concurrency: Int) {
        state.withLock { state in
            state.lanes[queue, default: Lane(queue: queue)].handlers[handler.kind] = handler
            state.lanes[queue]?.concurrency[handler.kind] = concurrency
        }
    }
}

/// A call of the store whose outcome tells about the engine's health.
struct StoreCall: Sendable {
    enum Purpose { case read, write }

    let purpose: Purpose
    /// Rises with each call that begins.
    let number: Int
}

/// How the newest call of one purpose ended.
private struct StoreOutcome {
    let number: Int
    let failure: String?
}
