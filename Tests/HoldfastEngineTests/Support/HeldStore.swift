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
    fileprivate let latch = DispatchSemaphore(value: 0)
    private let kind = Mutex<EventKind?>(nil)
    private let store = InMemoryStore()

    /// Holds the writer once, before the next event of this kind.
    func hold(before kind: EventKind) { self.kind.withLock { $0 = kind } }

    var identity: String { store.identity }

    /// Lets the writer go on.
    func open() { latch.signal() }

    fileprivate func holds(_ writes: WriteSet) -> Bool {
        kind.withLock { kind in
            guard let name = kind?.rawValue, writes.events.contains(where: { $0.event.kind == name }) else {
                return false
            }
            kind = nil
            return true
        }
    }

    func openWriter() throws(StoreError) -> any StorageWriter {
        HeldWriter(store: self, writer: try store.openWriter())
    }

    func openReader() throws(StoreError) -> any StorageReader { try store.openReader() }
}

private struct HeldWriter: StorageWriter {
    let store: HeldStore
    let writer: any StorageWriter

    func begin() throws(StoreError) -> (head: LogHead, changedByOthers: Bool) { try writer.begin() }

    func commit() throws(StoreError) { try writer.commit() }

    func rollback() { writer.rollback() }

    func write(_ writes: WriteSet) throws(StoreError) {
        if store.holds(writes) {
            store.isHeld.reach()
            store.latch.wait()
        }
        try writer.write(writes)
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? { try writer.job(id) }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try writer.step(step, of: job)
    }

    func newestJob(_ key: JobKey, kind: JobKind, owner: Owner?) throws(StoreError) -> JobID? {
        try writer.newestJob(key, kind: kind, owner: owner)
    }

    func queued(_ queue: QueueName, kinds: Set<JobKind>, limit: Int) throws(StoreError) -> [JobID] {
        try writer.queued(queue, kinds: kinds, limit: limit)
    }

    func due(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        try writer.due(moment, limit: limit)
    }

    func leases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease] {
        try writer.leases(expiredAt: moment, or: engine)
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { try writer.announcedKinds() }
}
