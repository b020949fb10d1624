public import HoldfastCore
import Synchronization

extension JobWaiting {
    /// Where the branches of one run wait for something to happen, and what tells when nothing else goes on.
    ///
    /// A branch looks at the log first and then waits for news since that look, so that none is missed.
    final class Room: Sendable {
        /// What a run that is looked at is doing.
        enum Look: Sendable {
            case busy
            /// It waits, but not for long enough.
            case notYet(Timestamp)
            /// It waits for these, and nothing of it has been in flight for long enough.
            case ready([WaitReason])
            /// Nothing goes on beside waits and held steps, for the whole time.
            case holding
        }

        private struct Waiter {
            let reason: WaitReason
            var continuation: CheckedContinuation<Void, any Error>?

            /// Hands the continuation out, so that it is resumed once.
            mutating func take() -> Waiter {
                defer { continuation = nil }
                return self
            }
        }

        private struct State {
            var occurrences: [WaitPlace: Int] = [:]
            var inFlight: Set<WaitPlace> = []
            /// Steps and other durable calls that go on.
            var calls = 0
            /// Those among them that are held until it is certain whether they may go on.
            var held = 0
            var waiters: [Int: Waiter] = [:]
            var lastWaiter = 0
            /// How many waits of this job ended since the run began.
            var news = 0
            var idleSince: Timestamp?
            var isOver = false
        }

        private let state = Mutex(State())
        private let token: LeaseToken
        private let job: JobID
        private let runner: JobRunner
        /// Whether the log may hold a wait that was not asked for yet.
        let mayHaveRecorded: Bool

        init(_ job: JobState, running: RunningPhase, runner: JobRunner) {
            token = running.token
            self.job = job.id
            self.runner = runner
            mayHaveRecorded = job.waits.recorded > 0
        }

        /// Begins the next waits of a place.
        ///
        /// - Throws: `WaitMisuse` when one of the same place is in flight.
        func begin(_ kind: WaitKind, _ name: WaitName, count: Int = 1) throws -> [WaitKey] {
            let keys = try state.withLock { state in
                let place = WaitPlace(kind: kind, name: name)
                guard state.inFlight.insert(place).inserted else { throw WaitMisuse.inFlight(kind, name) }
                let before = state.occurrences[place] ?? 0
                state.occurrences[place] = before + count
                return (0..<count).map { WaitKey(kind, name, occurrence: before + 1 + $0) }
            }
            if let observer = runner.engine.configuration.observer {
                for key in keys { observer.ask(.wait(key), of: job) }
            }
            return keys
        }

        func end(_ kind: WaitKind, _ name: WaitName) {
            state.withLock { _ = $0.inFlight.remove(WaitPlace(kind: kind, name: name)) }
        }

        func beginCall() { update { $0.calls += 1 } }

        func endCall() { update { $0.calls -= 1 } }

        /// Notes that a step waits until it is certain whether it may run.
        func beginHold() { update { $0.held += 1 } }

        func endHold() { update { $0.held -= 1 } }

        /// How many waits ended so far, to be given to `wait`.
        var news: Int { state.withLock(\.news) }

        /// Notes that a wait of the job ended, and wakes who waits for it.
        func note(_ key: WaitKey) {
            let woken = state.withLock { state -> [Waiter] in
                state.news += 1
                let ids = state.waiters.filter { $0.value.reason.concerns(key) }.keys
                return ids.compactMap { state.waiters[$0]?.take() }
            }
            for waiter in woken { waiter.continuation?.resume() }
        }

        /// Wakes everybody, who then finds out that the run is over or has to end.
        ///
        /// - Returns: Whether anybody waited.
        func fail() -> Bool {
            let (woken, hadWaiters) = state.withLock { state in
                state.isOver = true
                let hadWaiters = !state.waiters.isEmpty
                return (state.waiters.keys.compactMap { state.waiters[$0]?.take() }, hadWaiters)
            }
            for waiter in woken { waiter.continuation?.resume(throwing: CancellationError()) }
            return hadWaiters
        }

        /// Lets branches wait again: the run goes on after all.
        func reopen() { state.withLock { $0.isOver = false } }

        /// Returns when something about `reason` may have happened since `news` was looked at.
        ///
        /// - Throws: `CancellationError` when the task is cancelled or the run has to end.
        func wait(for reason: WaitReason, since news: Int) async throws {
            let id = update { state -> Int in
                state.lastWaiter += 1
                state.waiters[state.lastWaiter] = Waiter(reason: reason)
                return state.lastWaiter
            }
            defer { update { $0.waiters[id] = nil } }
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation {
                    (continuation: CheckedContinuation<Void, any Error>) in
                    let outcome = state.withLock { state -> Result<Void, any Error>? in
                        if state.isOver || Task.isCancelled { return .failure(CancellationError()) }
                        if state.news != news { return .success(()) }
                        state.waiters[id]?.continuation = continuation
                        return nil
                    }
                    if let outcome { continuation.resume(with: outcome) }
                }
            } onCancel: {
                let waiter = state.withLock { $0.waiters[id]?.take() }
                waiter?.continuation?.resume(throwing: CancellationError())
            }
        }

        /// Whether nothing of the run is in flight but waits and held steps.
        var isIdle: Bool { state.withLock { $0.idleSince != nil && !$0.isOver } }

        /// Tells whether the run does nothing but wait.
        func look(at now: Timestamp) -> Look {
            state.withLock { state in
                guard let since = state.idleSince, !state.isOver else { return .busy }
                let due = since + runner.engine.configuration.waitingGrace
                if due > now { return .notYet(due) }
                if state.held > 0 { return .holding }
                let reasons = state.waiters.sorted { $0.key < $1.key }.map(\.value.reason)
                return .ready(reasons)
            }
        }

        /// Changes what goes on, and gives the place of the worker back or takes it again.
        @discardableResult
        private func update<Result>(_ body: (inout State) -> Result) -> Result {
            let now = runner.engine.environment.now()
            let (result, isIdle, isPlaceFree) = state.withLock { state in
                let wasIdle = state.idleSince != nil
                let result = body(&state)
                let isIdle = state.calls == state.held && (state.held > 0 || !state.waiters.isEmpty)
                // Any change begins the time anew.
                state.idleSince = isIdle ? now : nil
                // Under the lock, so that of two changes the later one is said last.
                let isPlaceFree = isIdle != wasIdle && runner.running.setIdle(token, isIdle)
                return (result, isIdle, isPlaceFree)
            }
            if isIdle { runner.waitingAlarm.set(at: now + runner.engine.configuration.waitingGrace) }
            if isPlaceFree { runner.poke.yield() }
            return result
        }
    }
}

/// The waits of one kind and name, which follow one after the other.
private struct WaitPlace: Hashable {
    let kind: WaitKind
    let name: WaitName
}

extension WaitReason {
    /// Tells whether the end of a wait is about this.
    fileprivate func concerns(_ key: WaitKey) -> Bool {
        switch self {
        case .wait(let wait, _): wait == key
        case .children(let name, _): key.kind == .child && key.name == name
        }
    }
}

/// A wait was used in a way that could not be recorded unambiguously.
public enum WaitMisuse: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two waits of one kind and name at once: their occurrences would depend on which came first.
    case inFlight(WaitKind, WaitName)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .inFlight(let kind, let name):
            "a \(kind.rawValue) \"\(name)\" is waited for already: give those that wait at the same time different names"
        }
    }
}
