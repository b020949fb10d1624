import HoldfastCore
import HoldfastStore
import Synchronization

/// A connection that reads what is committed.
///
/// Each call sees one moment of the store.
final class InMemoryReader: StorageReader {
    private let store: InMemoryStore
    /// The head that `awaitForeignCommit` gave last through this connection; nil before the first call.
    var reportedHead: EventLogPosition?

    init(_ store: InMemoryStore) { self.store = store }

    func head() throws(StoreError) -> LogHead { rows(\.head) }

    func events(_ query: EventQuery) throws(StoreError) -> EventPage { rows { $0.page(query) } }

    func sealedEvents(after position: EventLogPosition, limit: Int) throws(StoreError) -> [SealedEvent] {
        rows { $0.sealedEvents(after: position, limit: limit) }
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? { rows { $0.jobs[id] } }

    func jobs(_ query: JobQuery) throws(StoreError) -> [JobState] { rows { $0.page(query) } }

    func position(at moment: Timestamp) throws(StoreError) -> EventLogPosition {
        rows { $0.position(at: moment) }
    }

    func jobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        rows { $0.page(query, at: position) }
    }

    func counters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int] {
        rows { $0.counters(at: position) }
    }

    func keptState(of job: JobID, at position: EventLogPosition) throws(StoreError) -> WriteSet.Snapshot? {
        rows { $0.keptState(of: job, at: position) }
    }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        rows { $0.steps[job]?[step] }
    }

    func steps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord] {
        rows { $0.stepPage(of: job, after: key, limit: limit) }
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        rows { $0.waits[job]?[key] }
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        rows { $0.waits(of: job, query) }
    }

    func openCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait] {
        rows { $0.openCheckpoints(of: nil, after: position, limit: limit) }
    }

    func openCheckpoints(of owner: Owner, after position: EventLogPosition, limit: Int) throws(StoreError)
        -> [JobWait]
    {
        rows { $0.openCheckpoints(of: owner, after: position, limit: limit) }
    }

    func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot? {
        rows { $0.snapshot(of: job, logLimit: logLimit) }
    }

    func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        rows { $0.payloads[reference] }
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        rows { $0.artifacts[job]?[name] }
    }

    func artifacts(of job: JobID, after name: ArtifactName?, limit: Int) throws(StoreError)
        -> [ArtifactRecord]
    {
        rows { $0.artifactPage(of: job, after: name, limit: limit) }
    }

    func blob(_ sha256: String, from offset: Int64) throws(StoreError) -> [UInt8]? {
        rows { $0.blobs.content(of: sha256, from: offset) }
    }

    func uploads(limit: Int) throws(StoreError) -> [UnfinishedUpload] {
        rows { $0.blobs.uploads(limit: limit) }
    }

    func counters() throws(StoreError) -> [QueueCountKey: Int] {
        rows { $0.counters.filter { $0.value != 0 } }
    }

    func queues() throws(StoreError) -> [QueueState] {
        rows { $0.queues.values.sorted { $0.name < $1.name } }
    }

    func queuedAhead(of job: JobState, limit: Int) throws(StoreError) -> Int {
        rows { $0.queuedAhead(of: job, limit: limit) }
    }

    func leases() throws(StoreError) -> [Lease] { rows { $0.sortedLeases() } }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? { rows { $0.bulkOperations[id] } }

    func bulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation] {
        rows { $0.bulkOperations(unfinishedOnly: unfinishedOnly, limit: limit) }
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { rows(\.kinds) }

    func earliestDue() throws(StoreError) -> Timestamp? { rows { $0.earliestDue } }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? { rows { $0.schedules[name] } }

    func schedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState] {
        rows { $0.schedulePage(after: name, limit: limit) }
    }

    func scheduleAgenda() throws(StoreError) -> ScheduleAgenda { rows { $0.scheduleAgenda() } }

    private func rows<Result: Sendable>(_ query: (MemoryRows) -> Result) -> Result {
        store.state.withLock { query($0.committed) }
    }
}
