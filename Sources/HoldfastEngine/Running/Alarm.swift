import HoldfastCore
import Synchronization

/// Rings at the earliest of the moments it was set to, never before.
///
/// It sleeps until then and is woken only by an earlier moment: ten thousand due times cost one sleep.
final class Alarm: Sendable {
    private struct State {
        var due: Timestamp?
        /// The moment moved forward since it was last looked at.
        var isChanged = false
        var waiting: CheckedContinuation<Void, Never>?

        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            defer { waiting = nil }
            return waiting
        }
    }

    private let state = Mutex(State())
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// Makes the alarm ring at a moment, unless it rings earlier anyway.
    func set(at moment: Timestamp) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if let due = state.due, due <= moment { return nil }
            state.due = moment
            state.isChanged = true
            return state.takeWaiting()
        }
        waiting?.resume()
    }

    /// Rings until the task is cancelled.
    func run(_ ring: @Sendable () async -> Void) async {
        while !Task.isCancelled {
            await sleepUntilDue()
            let rings = state.withLock { state in
                guard let due = state.due, due <= environment.now() else { return false }
                state.due = nil
                return true
            }
            if rings { await ring() }
        }
    }

    /// Returns when the moment was reached or moved forward, after a minute, or when the task was cancelled.
    private func sleepUntilDue() async {
        let due = state.withLock { state in
            state.isChanged = false
            return state.due
        }
        guard let due else { return await nextChange() }
        // A wall clock may be set while we sleep, so no sleep is longer than a minute.
        let now = environment.now()
        let moment = environment.clockMayBeSet ? min(due, now + .seconds(60)) : due
        guard moment > now else { return }
        await withTaskGroup { group in
            // Only cancellation ends a sleep early, and then nobody asks.
            group.addTask { [environment] in try? await environment.wait(moment) }
            group.addTask { await self.nextChange() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns when the moment moved forward, or when the task is cancelled.
    ///
    /// It is no stream, because a stream ends for good with the first wait that is cancelled.
    private func nextChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // Looked at under the lock: a cancellation from now on finds the continuation in its place.
                    if state.isChanged || Task.isCancelled { return true }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiting() }?.resume()
        }
    }
}
