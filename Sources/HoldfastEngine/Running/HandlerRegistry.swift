import HoldfastCore
import HoldfastStore
import Synchronization

/// A handler whose types are hidden behind JSON.
struct RegisteredHandler: Sendable {
    let kind: JobKind
    let run: @Sendable (JSONText, JobContext) async throws -> JSONText

    init<Handler: JobHandler>(_ handler: Handler) {
        kind = Handler.Input.kind
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
}

/// Remembers which handlers run jobs of which queues.
final class HandlerRegistry: Sendable {
    private struct State {
        var lanes: [QueueName: Lane] = [:]
        var health = EngineHealth.ready
    }

    private let state = Mutex(State())

    var lanes: [Lane] { state.withLock { $0.lanes.values.sorted { $0.queue < $1.queue } } }

    var health: EngineHealth {
        get { state.withLock(\.health) }
        set { state.withLock { $0.health = newValue } }
    }

    func add(_ handler: RegisteredHandler, on queue: QueueName, concurrency: Int) {
        state.withLock { state in
            state.lanes[queue, default: Lane(queue: queue)].handlers[handler.kind] = handler
            state.lanes[queue]?.concurrency[handler.kind] = concurrency
        }
    }
}
