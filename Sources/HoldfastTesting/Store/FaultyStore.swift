import HoldfastCore
public import HoldfastStore
import Synchronization

/// Stands in front of a store, counts what passes, and fails or waits when a test says so: a full disk, a lock held by
/// others, a file that is gone, a disk that takes its time.
public final class FaultyStore: StorageBackend, Sendable {
    /// What can be made to fail.
    public enum Operation: Hashable, Sendable, CaseIterable {
        /// Opening a connection.
        case open
        /// Beginning a transaction.
        case begin
        /// Handing rows over. Those rows are not written.
        case write
        /// Making a transaction durable. It is lost.
        case commit
        /// Any query of a reader.
        case read
    }

    private struct Fault {
        let error: StoreError
        var passing: Int
        var remaining: Int
    }

    private struct State {
        var faults: [Operation: Fault] = [:]
        var counts: [Operation: Int] = [:]
        var inspection: (@Sendable (WriteSet) -> Void)?
    }

    /// The identity of the store behind it.
    public var identity: String { backend.identity }
    private let backend: any StorageBackend
    private let state = Mutex(State())

    /// Stands in front of a store and lets everything pass.
    public init(_ backend: any StorageBackend) { self.backend = backend }

    /// Makes operations of a kind fail: once `passing` of them have passed, the `times` that follow, or all until `mend`
    /// is called.
    public func fail(
        _ operation: Operation, with error: StoreError, after passing: Int = 0, times: Int = .max
    ) {
        state.withLock { $0.faults[operation] = Fault(error: error, passing: passing, remaining: times) }
    }

    /// Shows rows to a closure before they are written.
    ///
    /// It runs on the writer's own thread, which waits for it; nil ends that.
    public func inspectWrites(_ body: (@Sendable (WriteSet) -> Void)?) {
        state.withLock { $0.inspection = body }
    }

    /// Lets everything pass again.
    public func mend() { state.withLock { $0.faults.removeAll() } }

    /// How many operations of a kind passed.
    public func count(_ operation: Operation) -> Int { state.withLock { $0.counts[operation] ?? 0 } }

    /// Opens the writing connection of the store behind it.
    public func openWriter() throws(StoreError) -> any StorageWriter {
        try pass(.open)
        return FaultyWriter(store: self, writer: try backend.openWriter())
    }

    /// Opens a reading connection of the store behind it.
    public func openReader() throws(StoreError) -> any StorageReader {
        try pass(.open)
        return FaultyReader(store: self, reader: try backend.openReader())
    }

    fileprivate func inspect(_ writes: WriteSet) { state.withLock(\.inspection)?(writes) }

    fileprivate func pass(_ operation: Operation) throws(StoreError) {
        let error = state.withLock { state -> StoreError? in
            guard var fault = state.faults[operation], fault.passing == 0 else {
                state.faults[operation]?.passing -= 1
                state.counts[operation, default: 0] += 1
                return nil
            }
            fault.remaining -= 1
            state.faults[operation] = fault.remaining > 0 ? fault : nil
            return fault.error
        }
        if let error { throw error }
    }
}

private struct FaultyWriter: StorageWriter {
    let store: FaultyStore
    let writer: any StorageWriter

    func begin() throws(StoreError) -> (head: LogHead, changedByOthers: Bool) {
        try store.pass(.begin)
        return try writer.begin()
    }

    func commit() throws(StoreError) {
        try store.pass(.commit)
        try writer.commit()
    }

    func rollback() { writer.rollback() }

    func write(_ writes: WriteSet) throws(StoreError) {
        try store.pass(.write)
        store.inspect(writes)
        try writer.write(writes)
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? { try writer.job(id) }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try writer.step(step, of: job)
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        try writer.wait(key, of: job)
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try writer.waits(of: job, query)
    }

    func dueWaits(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobWait] {
        try writer.dueWaits(moment, limit: limit)
    }

    func newestJob(
        _ key: JobKey, kind: JobKind, owner: Owner?, unfinishedOnly: Bool
    ) throws(StoreError) -> JobID? {
        try writer.newestJob(key, kind: kind, owner: owner, unfinishedOnly: unfinishedOnly)
    }

    func queued(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int
    ) throws(StoreError) -> [JobID] {
        try writer.queued(queue, kinds: kinds, perKey: perKey, limit: limit)
    }

    func running(in queue: QueueName, key: LimitKey?) throws(StoreError) -> Int {
        try writer.running(in: queue, key: key)
    }

    func queues() throws(StoreError) -> [QueueState] { try writer.queues() }

    func due(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        try writer.due(moment, limit: limit)
    }

    func leases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease] {
        try writer.leases(expiredAt: moment, or: engine)
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        try writer.artifact(name, of: job)
    }

    func span(of job: JobID) throws(StoreError) -> EventSpan? { try writer.span(of: job) }

    func hasBlob(_ sha256: String) throws(StoreError) -> Bool { try writer.hasBlob(sha256) }

    func answer(to request: RequestScope) throws(StoreError) -> RequestAnswered? {
        try writer.answer(to: request)
    }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? { try writer.bulkOperation(id) }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { try writer.announcedKinds() }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? { try writer.schedule(name) }

    func dueSchedules(_ moment: Timestamp, limit: Int) throws(StoreError) -> [ScheduleName] {
        try writer.dueSchedules(moment, limit: limit)
    }
}

private struct FaultyReader: StorageReader {
    let store: FaultyStore
    let reader: any StorageReader

    func head() throws(StoreError) -> LogHead { try passing().head() }

    func events(_ query: EventQuery) throws(StoreError) -> EventPage { try passing().events(query) }

    func sealedEvents(after position: EventLogPosition, limit: Int) throws(StoreError) -> [SealedEvent] {
        try passing().sealedEvents(after: position, limit: limit)
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? { try passing().job(id) }

    func jobs(_ query: JobQuery) throws(StoreError) -> [JobState] { try passing().jobs(query) }

    func position(at moment: Timestamp) throws(StoreError) -> EventLogPosition {
        try passing().position(at: moment)
    }

    func jobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        try passing().jobs(query, at: position)
    }

    func counters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int] {
        try passing().counters(at: position)
    }

    func keptState(of job: JobID, at position: EventLogPosition) throws(StoreError) -> WriteSet.Snapshot? {
        try passing().keptState(of: job, at: position)
    }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try passing().step(step, of: job)
    }

    func steps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord] {
        try passing().steps(of: job, after: key, limit: limit)
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        try passing().wait(key, of: job)
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try passing().waits(of: job, query)
    }

    func openCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait] {
        try passing().openCheckpoints(after: position, limit: limit)
    }

    func openCheckpoints(of owner: Owner, after position: EventLogPosition, limit: Int) throws(StoreError)
        -> [JobWait]
    {
        try passing().openCheckpoints(of: owner, after: position, limit: limit)
    }

    func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot? {
        try passing().snapshot(of: job, logLimit: logLimit)
    }

    func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        try passing().payload(reference)
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        try passing().artifact(name, of: job)
    }

    func artifacts(of job: JobID, after name: ArtifactName?, limit: Int) throws(StoreError)
        -> [ArtifactRecord]
    {
        try passing().artifacts(of: job, after: name, limit: limit)
    }

    func blob(_ sha256: String, from offset: Int64) throws(StoreError) -> [UInt8]? {
        try passing().blob(sha256, from: offset)
    }

    func uploads(limit: Int) throws(StoreError) -> [UnfinishedUpload] { try passing().uploads(limit: limit) }

    func counters() throws(StoreError) -> [QueueCountKey: Int] { try passing().counters() }

    func queues() throws(StoreError) -> [QueueState] { try passing().queues() }

    func queuedAhead(of job: JobState, limit: Int) throws(StoreError) -> Int {
        try passing().queuedAhead(of: job, limit: limit)
    }

    func leases() throws(StoreError) -> [Lease] { try passing().leases() }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? { try passing().bulkOperation(id) }

    func bulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation] {
        try passing().bulkOperations(unfinishedOnly: unfinishedOnly, limit: limit)
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { try passing().announcedKinds() }

    func earliestDue() throws(StoreError) -> Timestamp? { try passing().earliestDue() }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? { try passing().schedule(name) }

    func schedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState] {
        try passing().schedules(after: name, limit: limit)
    }

    func scheduleAgenda() throws(StoreError) -> ScheduleAgenda { try passing().scheduleAgenda() }

    private func passing() throws(StoreError) -> any StorageReader {
        try store.pass(.read)
        return reader
    }
}
