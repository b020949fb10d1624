public import HoldfastCore

/// A connection that only reads.
///
/// Each call is one short read transaction of its own.
public protocol StorageReader: MomentReader {
    /// A page of events with their seals, after a position.
    func sealedEvents(after position: EventLogPosition, limit: Int) throws(StoreError) -> [SealedEvent]
    /// The position that stands for a moment: that of the event with the greatest (at, position) not after it; that before
    /// the first event when all are.
    func position(at moment: Timestamp) throws(StoreError) -> EventLogPosition
    /// A page of the jobs whose states at a position match, the newest first.
    func jobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID]
    /// The number of jobs that each queue had in each state at a position; those at zero are left out.
    func counters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int]
    /// The last state of a job that is kept from a position or before; nil when there is none.
    func keptState(of job: JobID, at position: EventLogPosition) throws(StoreError) -> WriteSet.Snapshot?
    /// The record of a step.
    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord?
    /// A page of a job's steps, ordered by the bytes of their names, then by occurrence.
    func steps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord]
    /// The record of a wait.
    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord?
    /// The waits of a job that a query describes.
    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord]
    /// Checkpoints of all jobs that wait for a person and were opened after a position, the oldest first.
    func openCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait]
    /// Those of them whose jobs belong to an owner.
    func openCheckpoints(of owner: Owner, after position: EventLogPosition, limit: Int) throws(StoreError)
        -> [JobWait]
    /// The file that a job keeps under a name.
    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord?
    /// A page of the files that a job keeps, ordered by the bytes of their names.
    func artifacts(of job: JobID, after name: ArtifactName?, limit: Int) throws(StoreError)
        -> [ArtifactRecord]
    /// Some of the bytes with this SHA-256, from byte `offset` on, counted from 0: the rest of the chunk that they were
    /// written in. Empty at the end; nil when there are no such bytes.
    func blob(_ sha256: String, from offset: Int64) throws(StoreError) -> [UInt8]?
    /// Uploads that were not recorded yet, in any order.
    func uploads(limit: Int) throws(StoreError) -> [UnfinishedUpload]
    /// How many queued jobs of a job's queue and kind a worker takes before it, counted up to `limit`.
    func queuedAhead(of job: JobState, limit: Int) throws(StoreError) -> Int
    /// All leases, in the order of their jobs.
    func leases() throws(StoreError) -> [Lease]
    /// A bulk operation; nil when there is none of this id.
    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation?
    /// Bulk operations, all or those that have not finished, the newest first.
    func bulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation]
    /// The kinds that some worker announced in this log.
    func announcedKinds() throws(StoreError) -> Set<JobKind>
    /// The earliest moment at which a job or a wait is due; nil when none is.
    func earliestDue() throws(StoreError) -> Timestamp?
    /// The oldest unfinished jobs: of each state one, and of those that are queued one for each queue and kind; the
    /// oldest first. No rows are counted or passed over for it.
    func oldestUnfinished(limit: Int) throws(StoreError) -> [JobState]
    /// A schedule.
    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState?
    /// A page of schedules, ordered by the bytes of their names.
    func schedules(after name: ScheduleName?, limit: Int) throws(StoreError) -> [ScheduleState]
    /// What schedules wait for.
    func scheduleAgenda() throws(StoreError) -> ScheduleAgenda
}

extension StorageReader {
    /// The ids of a page of jobs, without reading their states.
    public func jobIDs(_ query: JobQuery) throws(StoreError) -> [JobID] {
        try jobs(query, at: try head().position)
    }
}

extension StorageReader {
    /// Those of the checkpoints that wait for a person whose jobs belong to an owner.
    ///
    /// This looks through all of them, for stores without a query of their own.
    public func openCheckpoints(
        of owner: Owner, after position: EventLogPosition, limit: Int
    ) throws(StoreError) -> [JobWait] {
        var (found, last): ([JobWait], EventLogPosition) = ([], position)
        while found.count < limit {
            let page = try openCheckpoints(after: last, limit: 256)
            for wait in page where found.count < limit {
                if try job(wait.job)?.origin.owner == owner { found.append(wait) }
            }
            guard let end = page.last, page.count == 256 else { break }
            last = end.record.opened
        }
        return found
    }
}

/// What schedules wait for, those left out that are paused.
public struct ScheduleAgenda: Hashable, Sendable {
    /// The earliest moment at which one is due; nil when none ever is.
    public let nextDue: Timestamp?
    /// The schedules that wait for the end of a job, and that job.
    public let waiting: [ScheduleName: JobID]

    /// Puts the values together.
    public init(nextDue: Timestamp?, waiting: [ScheduleName: JobID]) {
        self.nextDue = nextDue
        self.waiting = waiting
    }
}

/// Which events a page holds.
public struct EventQuery: Hashable, Sendable {
    /// Only those of this job; nil for all.
    public var job: JobID?
    /// Only those that belong to no job.
    public var isOfEngine = false
    /// Only those after this position.
    public var after: EventLogPosition
    /// Only those up to and including this position; nil for all.
    public var through: EventLogPosition?
    /// Only those of these kinds; nil for all.
    public var kinds: Set<EventKind>?
    /// The greatest number of events, from 1.
    public var limit: Int
    /// Whether the page holds the last events that match instead of the first.
    ///
    /// The order of the page stays ascending.
    public var fromEnd: Bool

    /// Describes a page.
    public init(
        job: JobID? = nil, after: EventLogPosition = .beginning, through: EventLogPosition? = nil,
        kinds: Set<EventKind>? = nil, limit: Int = 256, fromEnd: Bool = false
    ) {
        self.job = job
        self.after = after
        self.through = through
        self.kinds = kinds
        self.limit = limit
        self.fromEnd = fromEnd
    }
}

/// A page of events, and how far the log is known by it.
public struct EventPage: Hashable, Sendable {
    /// The events that match, in the order of their positions.
    public let events: [StoredEvent]
    /// Every matching event after the query's position and up to this one is in the page.
    ///
    /// When the page is full it is the last event's position, else the head of the log (or the query's
    /// `through`), read
    /// in the same transaction.
    public let through: EventLogPosition

    /// Puts a page together.
    public init(events: [StoredEvent], through: EventLogPosition) {
        self.events = events
        self.through = through
    }
}

/// Which jobs a page holds, the newest first.
public struct JobQuery: Hashable, Sendable {
    /// Which jobs are meant, wherever the page begins.
    public var filter: JobFilter
    /// Only those enqueued before this job, which was the last of the page before.
    public var before: JobID?
    /// Only those enqueued at this moment or later.
    public var since: Timestamp?
    /// Only those enqueued before this moment.
    public var until: Timestamp?
    /// The greatest number of jobs, from 1.
    public var limit: Int

    /// Describes a page.
    public init(
        _ filter: JobFilter = JobFilter(), before: JobID? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil, limit: Int = 50
    ) {
        self.filter = filter
        self.before = before
        self.since = since
        self.until = until
        self.limit = limit
    }
}

extension JobQuery {
    /// Tells whether a job is one of those, wherever the page begins and whatever the limit.
    public func matches(_ state: JobState) -> Bool {
        let enqueued = state.origin.enqueuedAt
        if let since, enqueued < since { return false }
        if let until, enqueued >= until { return false }
        return filter.accepts(state)
    }
}

/// Which waits of a job a list holds: by kind and name, then the newest first.
public struct WaitQuery: Hashable, Sendable {
    /// Only those of this kind.
    public var kind: WaitKind?
    /// Only those of this name.
    public var name: WaitName?
    /// Only those of this status.
    public var status: WaitStatus?
    /// Only that of the delivery known by this.
    public var request: RequestKey?
    /// The greatest number of waits, from 1.
    public var limit: Int

    /// Describes a list.
    public init(
        kind: WaitKind? = nil, name: WaitName? = nil, status: WaitStatus? = nil, request: RequestKey? = nil,
        limit: Int = 256
    ) {
        self.kind = kind
        self.name = name
        self.status = status
        self.request = request
        self.limit = limit
    }

    /// Tells whether a wait is one of those, whatever the limit.
    public func matches(_ record: WaitRecord) -> Bool {
        (kind == nil || kind == record.key.kind) && (name == nil || name == record.key.name)
            && (status == nil || status == record.status) && (request == nil || request == record.request)
    }
}

/// A wait, and the job that it is of.
public struct JobWait: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// The wait.
    public let record: WaitRecord

    /// Puts both together.
    public init(job: JobID, record: WaitRecord) {
        self.job = job
        self.record = record
    }
}

/// What a reader of one job's stream begins with.
public struct JobSnapshot: Hashable, Sendable {
    /// The position up to which it holds; the tail starts right after it.
    public let position: EventLogPosition
    /// The state of the job.
    public let state: JobState
    /// The job's steps, in the order in which they began; the newest 1,000 where there are more.
    public let steps: [StepRecord]
    /// The newest logged lines, the oldest of them first.
    public let logs: [StoredEvent]
    /// The events that opened the checkpoints which wait for a person, the oldest first; at most 256.
    public let checkpoints: [StoredEvent]
    /// Whether a step of the past may have failed or begun again long before, and nobody looked that far back.
    public let hasDoubtfulSteps: Bool

    /// Puts the values together.
    public init(
        position: EventLogPosition, state: JobState, steps: [StepRecord], logs: [StoredEvent],
        checkpoints: [StoredEvent], hasDoubtfulSteps: Bool = false
    ) {
        self.position = position
        self.state = state
        self.steps = steps
        self.logs = logs
        self.checkpoints = checkpoints
        self.hasDoubtfulSteps = hasDoubtfulSteps
    }

    /// Which waits of a job are such checkpoints.
    public static let openCheckpoints = WaitQuery(kind: .checkpoint, status: .open)
}
