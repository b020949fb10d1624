public import HoldfastCore

/// Reads a log as it was when the event at one position was its last: everything is the fold up to and including it.
///
/// The past does not change, so several calls agree with each other; only retention takes jobs away from it.
public struct PastReader: MomentReader {
    /// Among how many of a job's last events before the position its newest steps and checkpoints are looked for.
    private static let eventLimit = 4_000
    /// How many of a job's checkpoints are looked at to find those that were open.
    private static let checkpointLimit = 1_000

    /// Reads the log as it is.
    public let reader: any StorageReader
    /// The last position that counts.
    public let position: EventLogPosition

    /// Looks at a log as it was at a position, from 0; one behind its end stands for its end.
    public init(_ reader: any StorageReader, at position: EventLogPosition) throws(StoreError) {
        self.reader = reader
        self.position = min(position, try reader.head().position)
    }

    /// Where the log ended; a pruned event has the hash zero.
    public func head() throws(StoreError) -> LogHead {
        guard position > .beginning else { return .beginning }
        let before = EventLogPosition(position.value - 1)
        let sealed = try reader.sealedEvents(after: before, limit: 1).first
        let hash = sealed?.event.position == position ? sealed?.seal.hash : nil
        return LogHead(position: position, hash: hash ?? .zero)
    }

    /// A page of the events that were there, in the order of their positions.
    public func events(_ query: EventQuery) throws(StoreError) -> EventPage {
        var query = query
        query.through = min(query.through ?? position, position)
        return try reader.events(query)
    }

    /// The state that a job had: the last one that is kept, and the events behind it.
    public func job(_ id: JobID) throws(StoreError) -> JobState? {
        let kept = try reader.keptState(of: id, at: position)
        var state = kept?.state
        var query = EventQuery(job: id, after: kept?.position ?? .beginning, through: position, limit: 512)
        while true {
            let page = try reader.events(query)
            // Only what is left of it is known, which is so since it ended.
            if page.events.first?.data == EventCodec.redacted {
                guard let left = try reader.job(id), left.phasePosition <= position else { return nil }
                return left
            }
            for event in page.events { state = try fold(event, into: state) }
            guard page.through < position, page.through > query.after else { return state }
            query.after = page.through
        }
    }

    /// The ids of a page of the jobs that there were, the newest first, by the states that they had.
    public func jobIDs(_ query: JobQuery) throws(StoreError) -> [JobID] {
        try reader.jobs(query, at: position)
    }

    /// A page of the jobs that there were, the newest first, by the states that they had.
    public func jobs(_ query: JobQuery) throws(StoreError) -> [JobState] {
        var found: [JobState] = []
        var query = query
        // Of jobs that were redacted it is not known what they were before they ended: others take their places.
        while true {
            let page = try jobIDs(query)
            for id in page where found.count < query.limit {
                if let state = try job(id) { found.append(state) }
            }
            guard let last = page.last, page.count >= query.limit, found.count < query.limit else {
                return found
            }
            query.before = last
        }
    }

    /// What was known of a job.
    ///
    /// Of a job with more than 2,000 steps, the steps are those that its last 4,000 events before the position are about.
    public func snapshot(of job: JobID, logLimit: Int) throws(StoreError) -> JobSnapshot? {
        guard let state = try self.job(job) else { return nil }
        var logs: [StoredEvent] = []
        if logLimit > 0 {
            let query = EventQuery(job: job, kinds: [.logWritten], limit: logLimit, fromEnd: true)
            logs = try events(query).events
        }
        let changes = try lastChanges(of: job)
        var steps = PastSteps(self, state, last: changes.steps, since: changes.firstBehindStart)
        return JobSnapshot(
            position: position, state: state, steps: try steps.newest(), logs: logs,
            checkpoints: state.phase.name.isEnded ? [] : try openCheckpoints(of: job, changes),
            hasDoubtfulSteps: steps.hasDoubts)
    }

    /// A large value; nil when there is none with this digest.
    public func payload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        try reader.payload(reference)
    }

    /// The number of jobs that each queue had in each state.
    public func counters() throws(StoreError) -> [QueueCountKey: Int] { try reader.counters(at: position) }

    /// The queues that were configured or paused then, in the order of their names; what starts did to a rate is left out.
    public func queues() throws(StoreError) -> [QueueState] {
        var states: [QueueName: QueueState] = [:]
        var query = EventQuery(kinds: [.queueConfigured, .queuePaused, .queueResumed], limit: 512)
        query.isOfEngine = true
        while true {
            let page = try events(query)
            for event in page.events {
                let recorded = try decode(event)
                guard case .engine(let event) = recorded.event, let queue = event.queue else { continue }
                states[queue] = QueueState.applying(recorded, to: states[queue])
            }
            guard page.through < position, page.through > query.after else { break }
            query.after = page.through
        }
        return states.values.sorted { $0.name < $1.name }
    }

    /// What the last events before the position are about.
    private struct LastChanges {
        var steps: [StepKey: [RecordedEvent]] = [:]
        var checkpoints: [WaitKey: WaitRecord] = [:]
        /// The first of them; nil when they are all events of the job.
        var firstBehindStart: EventLogPosition?
    }

    private func lastChanges(of job: JobID) throws(StoreError) -> LastChanges {
        var changes = LastChanges()
        let last = try events(EventQuery(job: job, limit: Self.eventLimit, fromEnd: true)).events
        if let first = last.first, first.version != 1 { changes.firstBehindStart = first.position }
        for stored in last where Self.changing.contains(stored.kind) {
            let recorded = try decode(stored)
            guard case .job(let event) = recorded.event else { continue }
            if let key = event.step { changes.steps[key, default: []].append(recorded) }
            if let key = event.wait, key.kind == .checkpoint {
                changes.checkpoints[key] = WaitRecord.applying(recorded, to: changes.checkpoints[key])
            }
            if event.kind.isTerminal {
                changes.checkpoints = changes.checkpoints.mapValues(\.afterJobEnded)
            }
        }
        return changes
    }

    private static let changing = Set(
        PastSteps.kinds.union([
            .checkpointOpened, .checkpointDecided, .checkpointExpired, .jobCompleted, .jobFailed,
            .jobCancelled,
        ]).map(\.rawValue))

    /// The present record of a checkpoint that is older than the last events tells when it was opened and when it ended.
    private func openCheckpoints(
        of job: JobID, _ changes: LastChanges
    ) throws(StoreError) -> [StoredEvent] {
        var open = changes.checkpoints.values.filter { $0.status == .open }
        if changes.firstBehindStart != nil {
            let query = WaitQuery(kind: .checkpoint, limit: Self.checkpointLimit)
            open += try reader.waits(of: job, query).filter { wait in
                changes.checkpoints[wait.key] == nil && wait.opened <= position
                    && position < wait.result ?? position.next
            }
        }
        var opened: [StoredEvent] = []
        for wait in open {
            let before = EventLogPosition(wait.opened.value - 1)
            opened += try events(EventQuery(job: job, after: before, limit: 1)).events
        }
        return opened.sorted { $0.position < $1.position }
    }

    func decode(_ event: StoredEvent) throws(StoreError) -> RecordedEvent {
        do {
            return try event.decoded()
        } catch {
            throw damaged(event, "\(error)")
        }
    }

    private func fold(_ event: StoredEvent, into state: JobState?) throws(StoreError) -> JobState {
        let recorded = try decode(event)
        do {
            return try JobState.applying(recorded, to: state)
        } catch {
            throw damaged(event, error.reason)
        }
    }

    private func damaged(_ event: StoredEvent, _ reason: String) -> StoreError {
        StoreError(
            .corrupt, operation: "read the past", reason: "the event at \(event.position): \(reason)")
    }
}
