public import HoldfastCore

/// The rows that a transaction writes.
///
/// A backend stores them as they are and decides nothing.
public struct WriteSet: Sendable {
    /// What happens to a lease.
    public enum LeaseChange: Hashable, Sendable {
        /// A claim: the row is inserted or replaced.
        case grant(Lease)
        /// A renewal: the expiry is moved if the token still is the job's.
        case renew(job: JobID, token: LeaseToken, expiresAt: Timestamp)
        /// The end of a lease.
        case end(job: JobID)
    }

    /// A state kept so that older moments are cheap to reach.
    public struct Snapshot: Hashable, Sendable {
        /// The state after the event of its version.
        public let state: JobState
        /// The position of that event.
        public let position: EventLogPosition

        /// Puts both together, such as those read back from the store.
        public init(state: JobState, position: EventLogPosition) {
            self.state = state
            self.position = position
        }
    }

    /// A state that a job left.
    public struct PastState: Hashable, Sendable {
        /// The job.
        public let job: JobID
        /// The state.
        public let phase: JobPhaseName
        /// The position of the event that brought it.
        public let began: EventLogPosition
        /// The position of the event that ended it: at this one the job is in its next state.
        public let ended: EventLogPosition

        /// The state that a job left with an event; nil when it is in the same one.
        init?(from old: JobState?, to new: JobState, at position: EventLogPosition) {
            guard let old, old.phase.name != new.phase.name else { return nil }
            (job, phase, began, ended) = (old.id, old.phase.name, old.phasePosition, position)
        }
    }

    /// A large value or a file that an event refers to.
    public struct ContentUse: Hashable, Sendable {
        /// The SHA-256 of its bytes, in lower-case hexadecimal.
        public let sha256: String
        /// The job of the event; nil for an event of the engine itself.
        public let job: JobID?
    }

    /// A job that was pruned, and where the event stands that tells of it.
    public struct Pruned: Hashable, Sendable {
        /// The job.
        public let job: PrunedJob
        /// The position of the event.
        public let event: EventLogPosition
    }

    /// What happens to a schedule's row.
    public enum ScheduleChange: Hashable, Sendable {
        /// The row is inserted or replaced.
        case put(ScheduleState)
        /// The row is deleted.
        case remove
    }

    /// Events in the order of their positions, without holes.
    public internal(set) var events: [SealedEvent] = []
    /// The jobs that did not exist before this set.
    public internal(set) var newJobs: Set<JobID> = []
    /// The last state of each job that changed.
    public internal(set) var jobs: [JobID: JobState] = [:]
    /// The last record of each step that changed.
    public internal(set) var steps: [JobID: [StepKey: StepRecord]] = [:]
    /// The last record of each wait that changed.
    public internal(set) var waits: [JobID: [WaitKey: WaitRecord]] = [:]
    /// Jobs that ended: their waits for decisions and moments that are open in the store are closed, before the
    /// records above are written.
    public internal(set) var closedWaits: Set<JobID> = []
    /// What is to be added to each number.
    public internal(set) var counters: [QueueCountKey: Int] = [:]
    /// Changes of leases, in order.
    public internal(set) var leases: [LeaseChange] = []
    /// Large values by their digest.
    ///
    /// One that is there already stays as it is.
    public internal(set) var payloads: [PayloadReference: JSONText] = [:]
    /// The last record of each artifact that was saved.
    public internal(set) var artifacts: [JobID: [ArtifactName: ArtifactRecord]] = [:]
    /// What happens to bytes beside the log, in order.
    public internal(set) var blobs: [BlobChange] = []
    /// States to keep.
    public internal(set) var snapshots: [Snapshot] = []
    /// What events refer to, also again.
    public internal(set) var content: [ContentUse] = []
    /// Jobs that were pruned, in order.
    public internal(set) var pruned: [Pruned] = []
    /// Jobs that were redacted: what is left of each takes the place of all its rows.
    public internal(set) var redacted: [EngineRedacted] = []
    /// States that jobs left, in the order in which they did.
    public internal(set) var pastStates: [PastState] = []
    /// Kinds that workers announced.
    public internal(set) var kinds: Set<JobKind> = []
    /// What becomes of each schedule that changed.
    public internal(set) var schedules: [ScheduleName: ScheduleChange] = [:]
    /// The last state of each queue that was configured, paused, or started a job under its rate.
    public internal(set) var queues: [QueueName: QueueState] = [:]
    /// What is to be added to the number of running jobs of each limit key.
    public internal(set) var runningKeys: [QueueKey: Int] = [:]
    /// Requests that were answered.
    public internal(set) var requests: [RequestScope: RequestAnswered] = [:]
    /// What happened to bulk operations, in order.
    public internal(set) var bulk: [BulkChange] = []

    /// A set without rows.
    public init() {}

    /// Adds the rows that follow from an event of the engine itself: the one place for appending and for rebuilding.
    mutating func project(_ event: EngineEvent, _ recorded: RecordedEvent) {
        noteContent(of: recorded)
        switch event {
        case .workerJoined(let joined): kinds.formUnion(joined.kinds)
        case .workerLeft, .archived, .jobImported, .logRestored, .configured: break
        // What follows from these depends on the row before: see `project(_:of:over:)`.
        case .schedule: break
        // They change what was there before, which is not known here; see `project(_:on:in:)`.
        case .queueConfigured, .queuePaused, .queueResumed: break
        case .bulk(let event): bulk.append(BulkChange(event, recorded))
        case .requestAnswered(let event): requests[event.scope] = event
        case .keyDestroyed: break
        case .redacted(let event):
            redacted.append(event)
            counters[QueueCountKey(event.state), default: 0] += 1
        case .pruned(let event): pruned += event.jobs.map { Pruned(job: $0, event: recorded.position) }
        }
    }

    private mutating func noteContent(of recorded: RecordedEvent) {
        for sha256 in recorded.event.content { content.append(ContentUse(sha256: sha256, job: recorded.job)) }
    }

    /// Adds the row that follows from an event of a schedule: the one place for appending and for rebuilding.
    mutating func project(
        _ event: ScheduleEvent, of recorded: RecordedEvent, over writer: any StorageWriter
    ) throws(StoreError) {
        let old = try schedule(event.name, over: writer)
        let new: ScheduleState?
        do {
            new = try ScheduleState.applying(event, of: recorded, to: old)
        } catch {
            throw StoreError(
                .corrupt, operation: "fold a schedule",
                reason: "the event at \(error.position): \(error.reason)")
        }
        schedules[event.name] = new.map(ScheduleChange.put) ?? .remove
        noteContent(of: recorded)
    }

    /// A schedule with what this set does to it.
    func schedule(
        _ name: ScheduleName, over writer: any StorageWriter
    ) throws(StoreError) -> ScheduleState? {
        switch schedules[name] {
        case .put(let state): state
        case .remove: nil
        case nil: try writer.schedule(name)
        }
    }

    /// Adds the row that follows for a queue from an event about it or from the start of a job: the one place for
    /// appending and for rebuilding.
    ///
    /// - Parameters:
    ///   - recorded: The event.
    ///   - queue: The queue that it is about.
    ///   - states: All queues as they were before, and as they are then.
    mutating func project(
        _ recorded: RecordedEvent, on queue: QueueName, in states: inout [QueueName: QueueState]
    ) {
        switch recorded.event {
        case .engine:
            guard let state = QueueState.applying(recorded, to: states[queue]) else { return }
            states[queue] = state
            queues[queue] = state
        case .job(.started):
            guard var state = states[queue], state.noteStart(at: recorded.at) else { return }
            states[queue] = state
            queues[queue] = state
        case .job: break
        }
    }

    /// Adds the rows that follow from an event of a job, beside those of its state and its steps: the one place for
    /// appending and for rebuilding.
    mutating func project(_ event: JobEvent, _ recorded: RecordedEvent, of job: JobID) {
        noteContent(of: recorded)
        guard case .artifactSaved = event, let record = ArtifactRecord(recorded) else { return }
        artifacts[job, default: [:]][record.name] = record
    }

    /// Closes what a job that ended still waited for.
    ///
    /// - Returns: The records that were changed by it, as they were.
    @discardableResult
    mutating func closeWaits(of job: JobID) -> [WaitRecord] {
        closedWaits.insert(job)
        let open = (waits[job] ?? [:]).values.filter { $0.afterJobEnded != $0 }
        for record in open { waits[job]?[record.key] = record.afterJobEnded }
        return open
    }

    /// Forgets all rows, but keeps the room for the next ones.
    mutating func removeAll() {
        events.removeAll(keepingCapacity: true)
        newJobs.removeAll(keepingCapacity: true)
        jobs.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
        waits.removeAll(keepingCapacity: true)
        closedWaits.removeAll()
        counters.removeAll(keepingCapacity: true)
        leases.removeAll(keepingCapacity: true)
        payloads.removeAll()
        artifacts.removeAll()
        blobs.removeAll()
        snapshots.removeAll()
        pastStates.removeAll(keepingCapacity: true)
        content.removeAll()
        pruned.removeAll()
        redacted.removeAll()
        kinds.removeAll()
        schedules.removeAll()
        queues.removeAll()
        runningKeys.removeAll(keepingCapacity: true)
        requests.removeAll(keepingCapacity: true)
        bulk.removeAll()
    }

    /// Tells whether there is nothing to write.
    public var isEmpty: Bool {
        events.isEmpty && artifacts.isEmpty && blobs.isEmpty && jobs.isEmpty && steps.isEmpty && waits.isEmpty
            && closedWaits.isEmpty
            && counters.isEmpty && leases.isEmpty
            && payloads.isEmpty
            && snapshots.isEmpty && kinds.isEmpty && schedules.isEmpty && bulk.isEmpty && queues.isEmpty
            && runningKeys.isEmpty && requests.isEmpty && pruned.isEmpty && redacted.isEmpty
    }
}
