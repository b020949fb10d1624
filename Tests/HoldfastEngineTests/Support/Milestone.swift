import Synchronization

/// Lets a test wait until a handler has come somewhere, and a handler until a test allows it to go on.
final class Milestone: Sendable {
    private struct State {
        var isReached = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())

    /// Whether it was reached.
    var isReached: Bool { state.withLock(\.isReached) }

    /// Lets all go on who wait, and who will.
    ///
    /// Safe to repeat.
    func reach() {
        let waiting = state.withLock { state in
            state.isReached = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until the milestone is reached.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before.
    func wait() async throws {
        let id = newID()
        await withTaskCancellationHandler {
            await begin(id, gives: true)
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
        try Task.checkCancellation()
    }

    /// Waits until the milestone is reached, whatever becomes of the task.
    func waitStubbornly() async { await begin(newID(), gives: false) }

    private func newID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    private func begin(_ id: Int, gives: Bool) async {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                // Looked at under the lock: a cancellation from now on finds the continuation in its place.
                if state.isReached || (gives && Task.isCancelled) { return true }
                state.waiting[id] = continuation
                return false
            }
            if goesOn { continuation.resume() }
        }
    }
}

/// Gathers what happened in handlers, in order.
final class Trace<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var elements: [Element] { state.withLock { $0 } }

    func add(_ element: Element) { state.withLock { $0.append(element) } }
}
