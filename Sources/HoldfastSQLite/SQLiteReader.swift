import HoldfastCore
import HoldfastStore

/// A connection that only reads.
///
/// What takes more than one query runs in one read transaction.
final class SQLiteReader: RetainingReader {
    let connection: Connection
    private let rows = EventRows()
    /// What `readChangeNumber` gave when it was last asked for; nil before the first time.
    private var knownChange: Int64?

    init(_ connection: Connection) { self.connection = connection }

    func head() throws(StoreError) -> LogHead { try connection.readHead() }

    func events(_ query: EventQuery) throws(StoreError) -> EventPage {
        try connection.reading { () throws(StoreError) in try connection.page(query, rows: rows) }
    }

    func sealedEvents(after position: EventLogPosition, limit: Int) throws(StoreError) -> [SealedEvent] {
        try connection.readSealedEvents(after: position, limit: limit, rows: rows)
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? {
        try connection.reading { () throws(StoreError) in try connection.readJob(id) }
    }

    func jobs(_ query: JobQuery) throws(StoreError) -> [JobState] {
        try connection.reading { () throws(StoreError) in try connection.page(query) }
    }

    func position(at moment: Timestamp) throws(StoreError) -> EventLogPosition {
        try connection.findPosition(at: moment)
    }

    func jobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        try connection.reading { () throws(StoreError) in try connection.page(query, at: position) }
    }

    func counters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int] {
        try connection.reading { () throws(StoreError) in try connection.readCounters(at: position) }
    }

    func keptState(of job: JobID, at position: EventLogPosition) throws(StoreError) -> WriteSet.Snapshot? {
        try connection.readKeptState(of: job, at: position)
    }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try connection.readStep(step, of: job)
    }

    func steps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord] {
        try connection.readSteps(of: job, after: key, limit: limit)
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        try connection.readWait(key, of: job)
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try connection.readWaits(of: job, query)
    }

    func openCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait] {
        try connection.readOpenCheckpoints(after: position, limit: limit)
    }

    func openCheckpoints(of owner: Owner, after position: EventLogPosition, limit: Int) throws(StoreError)
        -> [JobWait]
    {
        try connection.readOpenCheckpoints(of: owner, after: position, limit: limit)
    }

    func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot? {
        try connection.reading { () throws(StoreError) in
            try connection.snapshot(of: job, logLimit: logLimit, rows: rows)
        }
    }

    func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        try connection.readPayload(reference)
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        try connection.readArtifact(name, of: job)
    }

    func artifacts(of job: JobID, after name: ArtifactName?, limit: Int) throws(StoreError)
        -> [ArtifactRecord]
    {
        try connection.readArtifacts(of: job, after: name, limit: limit)
    }

    func blob(_ sha256: String, from offset: Int64) throws(StoreError) -> [UInt8]? {
        try connection.reading { () throws(StoreError) in
            guard let blob = try connection.findBlob(sha256) else { return nil }
            return try connection.readChunk(of: blob, from: offset)
        }
    }

    func uploads(limit: Int) throws(StoreError) -> [UnfinishedUpload] {
        try connection.readUploads(limit: limit)
    }

    func counters() throws(StoreError) -> [QueueCountKey: Int] { try connection.readCounters() }

    func queues() throws(StoreError) -> [QueueState] { try connection.readQueues() }

    func queuedAhead(of job: JobState, limit: Int) throws(StoreError) -> Int {
        try connection.countQueuedJobs(before: job, limit: limit)
    }

    func leases() throws(StoreError) -> [Lease] { try connection.readLeases() }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? {
        try connection.readBulkOperation(id)
    }

    func bulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation] {
        try connection.readBulkOperations(unfinishedOnly: unfinishedOnly, limit: limit)
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> { try connection.readAnnouncedKinds() }

    func earliestDue() throws(StoreError) -> Timestamp? { try connection.readEarliestDue() }

    func oldestUnfinished(limit: Int) throws(StoreError) -> [JobState] {
        try connection.reading { () throws(StoreError) in
            var jobs: [JobState] = []
            for id in try connection.findOldestJobs(limit: limit) {
                if let job = try connection.readJob(id) { jobs.append(job) }
            }
            return jobs
        }
    }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? {
        try connection.readSchedule(name)
    }

    func schedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState] {
        try connection.readSchedules(after: name, limit: limit)
    }

    func endedJobs(
        _ kind: JobKind, _ state: JobPhaseName, before moment: Timestamp?, limit: Int
    ) throws(StoreError) -> [JobID] {
        try connection.readEndedJobs(kind, state, before: moment, limit: limit)
    }

    func endOfJob(
        _ kind: JobKind, _ state: JobPhaseName, behind count: Int, through moment: Timestamp
    ) throws(StoreError) -> Timestamp? {
        try connection.readEndOfJob(kind, state, behind: count, through: moment)
    }

    func endedSizes(
        _ kind: JobKind, _ state: JobPhaseName, through moment: Timestamp, behind last: EndedSize?, limit: Int
    ) throws(StoreError) -> [EndedSize] {
        try connection.readEndedSizes(kind, state, through: moment, behind: last, limit: limit)
    }

    func endedKinds() throws(StoreError) -> [JobKind] { try connection.readEndedKinds() }

    func prunedJob(_ id: JobID) throws(StoreError) -> PrunedJob? { try connection.readPrunedJob(id) }

    func lastPruning(of id: JobID) throws(StoreError) -> StoredEvent? {
        try connection.reading { () throws(StoreError) in
            guard let position = try connection.readLastPruning(of: id) else { return nil }
            let query = EventQuery(
                after: EventLogPosition(position.value - 1), through: position, limit: 1)
            return try connection.page(query, rows: rows).events.first
        }
    }

    func archivings() throws(StoreError) -> [StoredEvent] {
        try connection.reading { () throws(StoreError) in
            try connection.readEngineEvents(.engineArchived, .engineRestored)
        }
    }

    func partlyPrunedJobs(limit: Int) throws(StoreError) -> [JobID] {
        try connection.readPartlyPrunedJobs(limit: limit)
    }

    func prunedRanges(
        after position: EventLogPosition, limit: Int
    ) throws(StoreError) -> [SealedRange] {
        try connection.readPrunedRanges(after: position, limit: limit)
    }

    func scheduleAgenda() throws(StoreError) -> ScheduleAgenda {
        try connection.reading { () throws(StoreError) in try connection.readScheduleAgenda() }
    }

    /// The head of the log when somebody committed since the last call, and at the first call.
    func headIfMoved() throws(StoreError) -> EventLogPosition? {
        let change = try connection.readChangeNumber()
        guard change != knownChange else { return nil }
        let head = try connection.readHeadPosition()
        knownChange = change
        return head
    }

    /// Folds the write-ahead log back into the database; false when somebody was in the way.
    func foldWriteAheadLog() throws(StoreError) -> Bool { try connection.foldWriteAheadLog() }
}
