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
        mutating func takeServed() -> Served {
            let served = waiting.filter { $0.value.isServed(pending: pending, count: count) }
            for id in served.keys { waiting[id] = nil }
            return Served(continuations: served.values.map(\.continuation), count: count)
        }
    }

    /// Those whose condition holds, and how many pieces there were at that moment.
    private struct Served {
        let continuations: [CheckedContinuation<Int, any Error>]
        let count: Int

        func resume() {
            for continuation in continuations { continuation.resume(returning: count) }
        }
    }

    private struct Waiter {
        /// Waits for a piece after so many; nil for the moment when none is left.
        let seen: Int?
        let continuation: CheckedContinuation<Int, any Error>

        func isServed(pending: Int, count: Int) -> Bool { seen.map { count > $0 } ?? (pending == 0) }
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "holdfast.bench")

    /// Takes a piece of a task, which runs after those that came before it.
    func enqueue(_ job: consuming ExecutorJob) {
        let piece = UnownedJob(job)
        let served = state.withLock { state in
            state.pending += 1
            state.count += 1
            return state.takeServed()
        }
        served.resume()
        queue.async { [self] in
            piece.runSynchronously(on: asUnownedTaskExecutor())
            let served = state.withLock { state in
                state.pending -= 1
                return state.takeServed()
            }
            served.resume()
        }
    }

    /// Waits until every task is suspended.
    ///
    /// - Returns: How many pieces were ever given to it at that moment: a later one is known by a greater number.
    /// - Throws: `CancellationError` when the task that waits is cancelled.
    func rest() async throws -> Int { try await wait(seen: nil) }

    /// Waits until more than so many pieces were given to it.
    ///
    /// - Throws: `CancellationError` when the task that waits is cancelled.
    func activity(after count: Int) async throws { _ = try await wait(seen: count) }

    private func wait(seen: Int?) async throws -> Int {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Int, any Error>) in
                let waiter = Waiter(seen: seen, continuation: continuation)
                let outcome = state.withLock { state -> Result<Int, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if waiter.isServed(pending: state.pending, count: state.count) {
                        return .success(state.count)
                    }
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
