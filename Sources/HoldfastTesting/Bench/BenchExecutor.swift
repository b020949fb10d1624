import Dispatch
import Synchronization

/// Runs an engine and its handlers one piece at a time, and knows when all of them are suspended.
final class BenchExecutor: TaskExecutor {
    private struct State {
        /// Pieces that wait or run.
        var pending = 0
        /// Pieces that were ever given to it.
        var count = 0
        var waiting: [Int: Waiter] = [:]
        var lastID = 0

        /// Takes those whose condition holds.
        mutating func takeServed() -> [CheckedContinuation<Void, any Error>] {
            let served = waiting.filter { $0.value.isServed(pending: pending, count: count) }
            for id in served.keys { waiting[id] = nil }
            return served.values.map(\.continuation)
        }
    }

    private struct Waiter {
        /// Waits for a piece after so many; nil for the moment when none is left.
        let seen: Int?
        let continuation: CheckedContinuation<Void, any Error>

        func isServed(pending: Int, count: Int) -> Bool { seen.map { count > $0 } ?? (pending == 0) }
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "holdfast.bench")

    /// How many pieces were ever given to it.
    var count: Int { state.withLock(\.count) }

    /// Takes a piece of a task, which runs after those that came before it.
    func enqueue(_ job: consuming ExecutorJob) {
        let piece = UnownedJob(job)
        let served = state.withLock { state in
            state.pending += 1
            state.count += 1
            return state.takeServed()
        }
        for continuation in served { continuation.resume() }
        queue.async { [self] in
            piece.runSynchronously(on: asUnownedTaskExecutor())
            let served = state.withLock { state in
                state.pending -= 1
                return state.takeServed()
            }
            for continuation in served { continuation.resume() }
        }
    }

    /// Waits until every task is suspended.
    ///
    /// - Throws: `CancellationError` when the task that waits is cancelled.
    func rest() async throws { try await wait(seen: nil) }

    /// Waits until more than so many pieces were given to it.
    ///
    /// - Throws: `CancellationError` when the task that waits is cancelled.
    func activity(after count: Int) async throws { try await wait(seen: count) }

    private func wait(seen: Int?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                let waiter = Waiter(seen: seen, continuation: continuation)
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if waiter.isServed(pending: state.pending, count: state.count) { return .success(()) }
                    state.waiting[id] = waiter
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiting.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
