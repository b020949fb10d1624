import HoldfastCore
import Synchronization

/// Rings at the earliest of the moments it was set to, never before.
///
/// It sleeps until then and is woken only by an earlier moment: ten thousand due times cost one sleep.
final class Alarm: Sendable {
    private struct State {
        var due: Timestamp?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) {
        self.environment = environment
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Makes the alarm ring at a moment, unless it rings earlier anyway.
    func set(at moment: Timestamp) {
        let isEarlier = state.withLock { state in
            if let due = state.due, due <= moment { return false }
            state.due = moment
            return true
        }
        if isEarlier { changed.yield() }
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
        guard let due = state.withLock(\.due) else {
            await nextChange()
            return
        }
        // The wall clock may be set while we sleep, so no sleep is longer than a minute.
        let wait = min(due - environment.now(), .seconds(60))
        guard wait > .zero else { return }
        await withTaskGroup { group in
            // Only cancellation ends a sleep early, and then nobody asks.
            group.addTask { [environment] in try? await environment.sleep(wait) }
            group.addTask { await self.nextChange() }
            await group.next()
            group.cancelAll()
        }
    }

    private func nextChange() async {
        for await _ in changes { return }
    }
}
