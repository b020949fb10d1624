public import HoldfastCore
import Synchronization

extension ManualClock {
    /// Waits until the clock was moved to a moment or beyond it.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { $0.newID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                begin(
                    Sleeper(
                        id: id, job: ManualClock.job, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Waits until the clock was moved to a moment or beyond it, as `sleep(until:)` does.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func wait(until moment: Timestamp) async throws { try await sleep(until: Instant(moment)) }

    /// The moments that somebody waits for now, the earliest first.
    public var timers: [Instant] { state.withLock { $0.sleepers.map(\.deadline).sorted() } }

    /// The jobs whose handlers wait for the clock itself.
    var sleepingJobs: Set<JobID> { state.withLock { Set($0.sleepers.compactMap(\.job)) } }

    /// Gives the next timer that was set and is still waited for; waits for one when there is none.
    ///
    /// Each timer is given once, in the order in which they were set.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func nextTimer() async throws -> Instant { try await watch(.next) }

    /// Waits until somebody waits for exactly this moment.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func timer(at moment: Timestamp) async throws { _ = try await watch(.at(Instant(moment))) }

    /// Waits until somebody waits for the clock, then moves it to the earliest moment that is waited for.
    ///
    /// - Returns: Where the clock stands then.
    /// - Throws: `CancellationError` when the task is cancelled.
    @discardableResult
    public func advanceToNextTimer() async throws -> Instant {
        while true {
            _ = try await watch(.any)
            // It may have been cancelled meanwhile.
            guard let earliest = timers.first else { continue }
            advance(to: earliest)
            return earliest
        }
    }

    // MARK: -

    private func begin(_ sleeper: Sleeper) {
        enum Outcome {
            case waits([(Watcher, Instant)])
            case reached
            case cancelled
        }
        let outcome = state.withLock { state -> Outcome in
            // Looked at under the lock: a cancellation from now on finds the sleeper in its place.
            if Task.isCancelled { return .cancelled }
            if sleeper.deadline <= state.now { return .reached }
            state.sleepers.append(sleeper)
            return .waits(state.takeServedWatchers())
        }
        switch outcome {
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        case .reached: sleeper.continuation.resume()
        case .waits(let served):
            for (watcher, deadline) in served { watcher.continuation.resume(returning: deadline) }
        }
    }

    private func watch(_ wish: Watcher.Wish) async throws -> Instant {
        let id = state.withLock { $0.newID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Instant, any Error>) in
                let result = state.withLock { state -> Result<Instant, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if let deadline = state.serve(wish) { return .success(deadline) }
                    state.watchers.append(Watcher(id: id, wish: wish, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let watcher = state.withLock { state in
                state.watchers.firstIndex { $0.id == id }.map { state.watchers.remove(at: $0) }
            }
            watcher?.continuation.resume(throwing: CancellationError())
        }
    }
}

extension ManualClock.State {
    /// Finds the sleeper that a watcher waits for.
    fileprivate mutating func serve(_ wish: ManualClock.Watcher.Wish) -> ManualClock.Instant? {
        let index: Int?
        switch wish {
        case .next:
            index = sleepers.firstIndex { !$0.isReported }
            if let index { sleepers[index].isReported = true }
        case .at(let deadline): index = sleepers.firstIndex { $0.deadline == deadline }
        case .any: index = sleepers.indices.first
        }
        return index.map { sleepers[$0].deadline }
    }

    /// Removes the watchers who have what they waited for.
    fileprivate mutating func takeServedWatchers() -> [(ManualClock.Watcher, ManualClock.Instant)] {
        var served: [(ManualClock.Watcher, ManualClock.Instant)] = []
        var waiting: [ManualClock.Watcher] = []
        for watcher in watchers {
            if let deadline = serve(watcher.wish) {
                served.append((watcher, deadline))
            } else {
                waiting.append(watcher)
            }
        }
        watchers = waiting
        return served
    }
}
