import Dispatch
import HoldfastCore
public import HoldfastStore
import Synchronization

/// Keeps a log in memory: the store for tests, with the rules of the real ones.
///
/// Transactions roll back, readers see committed rows only, and whoever writes holds a lock meanwhile.
/// Several
/// `EventLog`s may be opened on one instance, to play several processes that share a file. Everything is gone
/// with the
/// instance.
public final class InMemoryStore: StorageBackend, Sendable {
    /// The identity of the log.
    public let identity: String
    let state = Mutex(State())
    let keyring = InMemoryKeys()
    private let writeLock = DispatchSemaphore(value: 1)
    private static let count = Mutex<UInt64>(0)

    struct State {
        /// What readers see.
        var committed = MemoryRows()
        /// What whoever holds the write lock sees; equal to `committed` while nobody does.
        var working = MemoryRows()
        /// How many transactions wrote something.
        var commits = 0
        /// Announced engines, and whether their process is dead.
        var engines: [EngineID: Bool] = [:]
        /// Those who wait for a commit.
        var watchers: [Int: DispatchSemaphore] = [:]
        var lastWatcher = 0
    }

    /// Makes an empty store.
    ///
    /// - Parameter identity: 32 lower-case hexadecimal digits; one that no other store of this process has
    ///   where none
    ///   is given.
    public init(identity: String? = nil) {
        var random = SeededRandom(
            seed: InMemoryStore.count.withLock { count in
                count += 1
                return count
            })
        let words = (random.next(), random.next())
        self.identity = identity ?? withUnsafeBytes(of: words) { Hexadecimal.text(of: $0) }
    }

    /// Opens a connection that writes.
    ///
    /// Any number may be open; one of them is in a transaction at a time.
    public func openWriter() throws(StoreError) -> any StorageWriter { InMemoryWriter(self) }

    /// Opens a connection that reads what is committed.
    public func openReader() throws(StoreError) -> any StorageReader { InMemoryReader(self) }

    /// Waits for the write lock.
    func lock() { writeLock.wait() }

    func unlock() { writeLock.signal() }
}

/// A connection that writes.
final class InMemoryWriter: StorageWriter {
    private let store: InMemoryStore
    /// What this transaction wrote; nil outside of one.
    private var writes: [WriteSet]?
    /// How many commits of the store this connection knows of.
    private var knownCommits: Int

    init(_ store: InMemoryStore) {
        self.store = store
        knownCommits = store.state.withLock(\.commits)
    }

    deinit { rollback() }

    func begin() throws(StoreError) -> (head: LogHead, changedByOthers: Bool) {
        guard writes == nil else {
            throw StoreError(.constraint, operation: "begin", reason: "a transaction is open already")
        }
        store.lock()
        writes = []
        return store.state.withLock { ($0.working.head, $0.commits != knownCommits) }
    }

    func commit() throws(StoreError) {
        let writes = try transaction("commit")
        let watchers = try store.state.withLock { (state) throws(StoreError) -> [DispatchSemaphore] in
            for rows in writes { try state.committed.write(rows) }
            if !writes.isEmpty { state.commits += 1 }
            knownCommits = state.commits
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        self.writes = nil
        store.unlock()
        for watcher in watchers { watcher.signal() }
    }

    func rollback() {
        guard let writes else { return }
        if !writes.isEmpty { store.state.withLock { $0.working = $0.committed } }
        self.writes = nil
        store.unlock()
    }

    func write(_ rows: WriteSet) throws(StoreError) {
        let before = try transaction("write")
        try store.state.withLock { (state) throws(StoreError) in try state.working.write(rows) }
        writes = before + [rows]
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? { rows { $0.jobs[id] } }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        rows { $0.steps[job]?[step] }
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        rows { $0.waits[job]?[key] }
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        rows { $0.waits(of: job, query) }
    }

    func dueWaits(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobWait] {
        rows { $0.dueWaits(moment, limit: limit) }
    }

    func newestJob(
        _ key: JobKey, kind: JobKind, owner: Owner?, unfinishedOnly: Bool
    ) throws(StoreError) -> JobID? {
        rows { $0.newestJob(WorkKey(key: key, kind: kind, owner: owner), unfinishedOnly: unfinishedOnly) }
    }

    func queued(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int
    ) throws(StoreError) -> [JobID] {
        rows { $0.queued(queue, kinds: kinds, perKey: perKey, limit: limit) }
    }

    func running(in queue: QueueName, key: LimitKey?) throws(StoreError) -> Int {
        rows { $0.running(in: queue, key: key) }
    }

    func queues() throws(StoreError) -> [QueueState] { rows { Array($0.queues.values) } }

    func due(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        rows { $0.due(moment, limit: limit) }
    }

    func leases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease] {
        rows { $0.leases(expiredAt: moment, or: engine) }
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        rows { $0.artifacts[job]?[name] }
    }

    func span(of job: JobID) throws(StoreError) -> EventSpan? { rows { $0.span(of: job) } }

    func hasBlob(_ sha256: String) throws(StoreError) -> Bool { rows { $0.blobs.has(sha256) } }

    func answer(to request: RequestScope) throws(StoreError) -> RequestAnswered? {
        rows { $0.requests[request] }
    }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? { rows { $0.bulkOperations[id] } }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { rows(\.kinds) }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? { rows { $0.schedules[name] } }

    func dueSchedules(_ moment: Timestamp, limit: Int) throws(StoreError) -> [ScheduleName] {
        rows { $0.dueSchedules(moment, limit: limit) }
    }

    private func rows<Result: Sendable>(_ query: (MemoryRows) -> Result) -> Result {
        store.state.withLock { query($0.working) }
    }

    private func transaction(_ operation: String) throws(StoreError) -> [WriteSet] {
        guard let writes else {
            throw StoreError(.constraint, operation: operation, reason: "no transaction is open")
        }
        return writes
    }
}
