import Dispatch
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Synchronization

/// Stands in front of a store and holds the writer, when a test says so, before it writes an event of one kind.
///
/// What waits is the writer's own thread, never one of the pool.
final class HeldStore: StorageBackend, Sendable {
    /// Reached when the writer is held.
    let isHeld = Milestone()
    private let latch = DispatchSemaphore(value: 0)
    private let kind = Mutex<EventKind?>(nil)
    private let store = FaultyStore(InMemoryStore())

    /// Holds the writer once, before the next event of this kind.
    func hold(before kind: EventKind) { self.kind.withLock { $0 = kind } }

    var identity: String { store.identity }

    /// Lets the writer go on.
    func open() { latch.signal() }

    func openWriter() throws(StoreError) -> any StorageWriter {
        store.inspectWrites { [weak self] writes in
            guard let self, holds(writes) else { return }
            isHeld.reach()
            latch.wait()
        }
        return try store.openWriter()
    }

    func openReader() throws(StoreError) -> any StorageReader { try store.openReader() }

    private func holds(_ writes: WriteSet) -> Bool {
        kind.withLock { kind in
            guard let name = kind?.rawValue, writes.events.contains(where: { $0.event.kind == name }) else {
                return false
            }
            kind = nil
            return true
        }
    }
}
