import HoldfastCore
import HoldfastStore

/// The connection that writes.
///
/// It is used by one thread.
final class SQLiteWriter: RetainingWriter {
    let connection: Connection
    /// Where the log ended when this connection last looked or committed; nil when it has to look.
    private var committedHead: LogHead?
    /// Where it ends within the transaction.
    private var head = LogHead.beginning
    private var knownChange: Int64?
    private var running = RunningJobs()
    private var kinds: Set<JobKind>?
    /// Whether the transaction deletes much, and others like it will follow.
    private var isErasing = false
    /// The position through which a rebuild has folded the log; nil outside of a rebuild, where all events
    /// count.
    private var foldedThrough: EventLogPosition?

    init(_ connection: Connection) { self.connection = connection }

    func begin() throws(StoreError) -> (head: LogHead, changedByOthers: Bool) {
        try connection.beginImmediate()
        do throws(StoreError) {
            let change = try connection.readChangeNumber()
            let isChanged = change != knownChange
            if isChanged { forget() }
            let head = if let committedHead { committedHead } else { try connection.readHead() }
            committedHead = head
            self.head = head
            knownChange = change
            return (head, isChanged)
        } catch {
            rollback()
            throw error
        }
    }

    func commit() throws(StoreError) {
        try connection.commitTransaction()
        committedHead = head
        if isErasing { connection.giveWay() }
        isErasing = false
    }

    func rollback() {
        connection.rollbackTransaction()
        isErasing = false
        forget()
    }

    /// Writes all rows of a set.
    ///
    /// After an error some of them are written, so the transaction has to be given up.
    func write(_ writes: WriteSet) throws(StoreError) {
        try connection.appendEvents(writes.events)
        if let last = writes.events.last {
            head = LogHead(position: last.event.position, hash: last.seal.hash)
        }
        try connection.keepPayloads(writes.payloads)
        try connection.changeBlobs(writes.blobs)
        for redaction in writes.redacted { try connection.redact(redaction) }
        try writeProjections(
            writes,
            spans: EventSpan.all(of: writes.events))
        try connection.changeLeases(writes.leases)
    }

    func job(_ id: JobID) throws(StoreError) -> JobState? {
        try connection.readJob(id, through: foldedThrough ?? head.position)
    }

    func span(of job: JobID) throws(StoreError) -> EventSpan? {
        guard let span = try connection.readSpan(of: job), let last = span.last else { return nil }
        return EventSpan(first: span.first, last: last)
    }

    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        try connection.readStep(step, of: job)
    }

    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        try connection.readWait(key, of: job)
    }

    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try connection.readWaits(of: job, query)
    }

    func dueWaits(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobWait] {
        try connection.findDueWaits(moment, limit: limit)
    }

    func newestJob(
        _ key: JobKey, kind: JobKind, owner: Owner?, unfinishedOnly: Bool
    ) throws(StoreError) -> JobID? {
        try unfinishedOnly
            ? connection.findUnfinishedJob(key, kind: kind, owner: owner)
            : connection.findKeyedJob(key, kind: kind, owner: owner)
    }

    func queued(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int
    ) throws(StoreError) -> [JobID] {
        try connection.findQueuedJobs(queue, kinds: kinds, perKey: perKey, limit: limit)
    }

    func running(in queue: QueueName, key: LimitKey?) throws(StoreError) -> Int {
        try connection.readRunning(in: queue, key: key)
    }

    func queues() throws(StoreError) -> [QueueState] { try connection.readQueues() }

    func due(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        try connection.findDueJobs(moment, limit: limit)
    }

    func leases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease] {
        try connection.readLeases(expiredAt: moment, or: engine)
    }

    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord? {
        try connection.readArtifact(name, of: job)
    }

    func hasBlob(_ sha256: String) throws(StoreError) -> Bool { try connection.findBlob(sha256) != nil }

    func answer(to request: RequestScope) throws(StoreError) -> RequestAnswered? {
        try connection.readAnswer(to: request)
    }

    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? {
        try connection.readBulkOperation(id)
    }

    func announcedKinds() throws(StoreError) -> Set<JobKind> {
        if let kinds { return kinds }
        let read = try connection.readAnnouncedKinds()
        kinds = read
        return read
    }

    func sealedEvents(of job: JobID, limit: Int) throws(StoreError) -> [SealedEvent] {
        var first = try connection.readSpan(of: job)?.first
        if first == nil { first = try connection.readPrunedJob(job)?.first }
        guard let first else { return [] }
        return try connection.readSealedEvents(of: job, from: first, limit: limit, rows: EventRows())
    }

    func prunedJob(_ id: JobID) throws(StoreError) -> PrunedJob? { try connection.readPrunedJob(id) }

    func erase(_ erasure: Erasure) throws(StoreError) {
        isErasing = true
        try connection.erase(erasure)
    }

    func releasePages(limit: Int) throws(StoreError) -> Int {
        isErasing = true
        return try connection.releasePages(limit: limit)
    }

    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? {
        try connection.readSchedule(name)
    }

    func dueSchedules(_ moment: Timestamp, limit: Int) throws(StoreError) -> [ScheduleName] {
        try connection.findDueSchedules(moment, limit: limit)
    }

    /// A page of a rebuild ends once its data has this many bytes, so that large events do not make a page of
    /// hundreds of MiB.
    private static let rebuildPageBytes = 4 << 20

    /// Folds the log again into empty projections, in the transaction that is open.
    func rebuildProjections(pageLimit: Int = 4096, cachedJobs: Int = 8192) throws(StoreError) {
        try connection.clearProjections()
        var rebuild = try ProjectionRebuild(
            cachedJobs: cachedJobs, prunings: try connection.readEngineEvents(.enginePruned),
            redactions: try connection.readEngineEvents(.engineRedacted))
        let rows = EventRows()
        var position = EventLogPosition.beginning
        try folding { () throws(StoreError) in
            while true {
                let page = try connection.readSealedEvents(
                    after: position, limit: pageLimit, byteLimit: SQLiteWriter.rebuildPageBytes, rows: rows)
                guard let last = page.last else { return }
                var events: [RecordedEvent] = []
                for sealed in page { events.append(try ProjectionRebuild.decode(sealed.event)) }
                try fold(events, into: &rebuild)
                position = last.event.position
            }
        }
    }

    /// Runs a rebuild, in the transaction that is open.
    func folding(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        forget()
        foldedThrough = .beginning
        defer { foldedThrough = nil }
        try body()
    }

    /// Folds the next events of a log into projections, within `folding`.
    func fold(_ events: [RecordedEvent], into rebuild: inout ProjectionRebuild) throws(StoreError) {
        guard let last = events.last else { return }
        let writes = try rebuild.fold(events, over: self)
        try writeProjections(
            writes, spans: EventSpan.all(of: events))
        foldedThrough = last.position
    }

    /// Writes what follows from events that lie in the given spans.
    private func writeProjections(
        _ writes: WriteSet, spans: @autoclosure () -> [JobID: EventSpan]
    ) throws(StoreError) {
        try writeJobs(writes, spans: spans)
        for (job, records) in writes.steps.sorted(by: { $0.key < $1.key }) {
            try connection.writeSteps(Array(records.values), of: job)
        }
        for job in writes.closedWaits.sorted() { try connection.closeWaits(of: job) }
        for (job, records) in writes.waits.sorted(by: { $0.key < $1.key }) {
            try connection.writeWaits(Array(records.values), of: job)
        }
        try connection.addToCounters(writes.counters)
        try connection.keepSnapshots(writes.snapshots)
        try connection.keepPastStates(writes.pastStates)
        try connection.noteContent(writes.content)
        try connection.keepPrunedJobs(writes.pruned)
        for redaction in writes.redacted { try connection.insertRedacted(redaction) }
        for (job, records) in writes.artifacts {
            try connection.writeArtifacts(Array(records.values), of: job)
        }
        if !writes.schedules.isEmpty { try connection.writeSchedules(writes.schedules) }
        if !writes.runningKeys.isEmpty { try connection.addToRunningKeys(writes.runningKeys) }
        if !writes.queues.isEmpty { try connection.writeQueues(writes.queues) }
        for answer in writes.requests.values { try connection.insertAnswer(answer) }
        try connection.writeBulkOperations(writes.bulk)
        guard !writes.kinds.isEmpty else { return }
        kinds?.formUnion(writes.kinds)
        try connection.announceKinds(writes.kinds)
    }

    /// Writes the rows of jobs that changed, ordered by id so that neighbours in the file are written
    /// together.
    private func writeJobs(
        _ writes: WriteSet, spans: () -> [JobID: EventSpan]
    ) throws(StoreError) {
        var changed: [(state: JobState, difference: RunningJobs.Difference)] = []
        for state in writes.jobs.values {
            let difference = running.note(state)
            if case .nothing = difference { continue }
            changed.append((state, difference))
        }
        guard !changed.isEmpty else { return }
        changed.sort { $0.state.id < $1.state.id }
        let spans = spans()
        var heads: Set<QueueHead> = []
        for (state, difference) in changed {
            if case .detail = difference {
                try connection.updateRunningJob(state)
                continue
            }
            if let head = QueueHead(state) { heads.insert(head) }
            guard let span = spans[state.id] else {
                throw StoreError(
                    .constraint, operation: "write", reason: "the state of \(state.id) comes without an event"
                )
            }
            if writes.newJobs.contains(state.id) {
                try connection.insertJob(state, span: span)
            } else {
                try connection.updateJob(state, last: span.last)
            }
        }
        for head in heads { try connection.refreshQueueHead(head) }
    }

    private func forget() {
        committedHead = nil
        running.removeAll()
        kinds = nil
    }
}
