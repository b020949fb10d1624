import Dispatch
public import HoldfastCore
public import HoldfastStore
import Synchronization

// Lets several logs on one instance play several processes: a test says which of them died.
extension InMemoryStore: SharedStorage {
    /// Says that an engine instance lives.
    public func announce(_ engine: EngineID) throws(StoreError) {
        state.withLock { $0.engines[engine] = false }
    }

    /// Takes the announcement back; nobody can tell any more whether the engine lives.
    public func resign(_ engine: EngineID) { state.withLock { $0.engines[engine] = nil } }

    /// Plays the death of an engine's process: from now on there is proof of it.
    public func declareDead(_ engine: EngineID) { state.withLock { $0.engines[engine] = true } }

    /// Tells whether the engine was declared dead.
    public func isProvedDead(_ engine: EngineID) -> Bool { state.withLock { $0.engines[engine] ?? false } }

    /// Tells whether the engine has announced itself and was not declared dead.
    public func isAlive(_ engine: EngineID) -> Bool { state.withLock { $0.engines[engine] == false } }

    /// Blocks until somebody committed, at most `milliseconds`, and gives the head when it moved.
    ///
    /// It wakes at the commit itself. Commits of all logs count, those of the one that asks as well; the
    /// first call of
    /// a connection gives the head as it is.
    public func awaitForeignCommit(
        _ probe: any StorageReader, milliseconds: Int
    ) throws(StoreError) -> EventLogPosition? {
        guard let reader = probe as? InMemoryReader else {
            throw StoreError(
                .unavailable, operation: "await a commit", reason: "the reader is of another store")
        }
        if let head = movedHead(of: reader) { return head }
        let wake = DispatchSemaphore(value: 0)
        let (watcher, isLate) = state.withLock { state -> (Int, Bool) in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = wake
            return (state.lastWatcher, state.committed.head.position != reader.reportedHead)
        }
        if !isLate { _ = wake.wait(timeout: .now() + .milliseconds(milliseconds)) }
        state.withLock { _ = $0.watchers.removeValue(forKey: watcher) }
        return movedHead(of: reader)
    }

    private func movedHead(of reader: InMemoryReader) -> EventLogPosition? {
        let head = state.withLock { $0.committed.head.position }
        guard head != reader.reportedHead else { return nil }
        reader.reportedHead = head
        return head
    }
}
