import HoldfastCore
import HoldfastStore

/// The tables of an `InMemoryStore`, with the indexes that its queries need.
struct MemoryRows: Sendable {
    /// All events; the one at position p has the index p - 1.
    private(set) var events: [SealedEvent] = []
    /// The indexes of each job's events.
    private(set) var streams: [JobID: SortedList<Int>] = [:]
    private(set) var jobs: [JobID: JobState] = [:]
    private(set) var jobIDs = SortedList<JobID>()
    private(set) var steps: [JobID: [StepKey: StepRecord]] = [:]
    private(set) var waits: [JobID: [WaitKey: WaitRecord]] = [:]
    /// Open waits that end by themselves, the earliest first.
    private(set) var dueWaits = SortedList<DueWaitEntry>()
    /// Checkpoints that wait for a person, the oldest first.
    private(set) var inbox = SortedList<InboxEntry>()
    private(set) var counters: [QueueCountKey: Int] = [:]
    private(set) var leases: [JobID: Lease] = [:]
    private(set) var payloads: [PayloadReference: JSONText] = [:]
    private(set) var artifacts: [JobID: [ArtifactName: ArtifactRecord]] = [:]
    private(set) var blobs = MemoryBlobs()
    private(set) var snapshots: [JobID: [WriteSet.Snapshot]] = [:]
    private(set) var pastStates: [JobID: [WriteSet.PastState]] = [:]
    private(set) var kinds: Set<JobKind> = []
    private(set) var schedules: [ScheduleName: ScheduleState] = [:]
    private(set) var queues: [QueueName: QueueState] = [:]
    private(set) var runningKeys: [QueueKey: Int] = [:]
    private(set) var requests: [RequestScope: RequestAnswered] = [:]
    private(set) var bulkOperations: [BulkID: BulkOperation] = [:]
    /// All bulk operations, the oldest first.
    private(set) var bulkIDs: [BulkID] = []
    /// Jobs that wait for a worker, in the order in which they are claimed.
    private(set) var ready: [QueueName: SortedList<ReadyEntry>] = [:]
    /// Jobs that have a `dueAt`, the earliest first.
    private(set) var scheduled = SortedList<ScheduledEntry>()
    /// The jobs of each key, the oldest first.
    private(set) var keyedJobs: [WorkKey: SortedList<JobID>] = [:]

    /// Where the log ends.
    var head: LogHead {
        guard let last = events.last else { return .beginning }
        return LogHead(position: last.event.position, hash: last.seal.hash)
    }

    /// Writes all rows of a set, or none.
    ///
    /// - Throws: `StoreError.constraint` when rows do not fit those that are there, as a schema would refuse
    ///   them.
    mutating func write(_ writes: WriteSet) throws(StoreError) {
        try check(writes)
        for sealed in writes.events {
            if let job = sealed.event.job { streams[job, default: SortedList()].insert(events.count) }
            events.append(sealed)
        }
        for (id, state) in writes.jobs { replace(jobs[id], by: state) }
        for (job, records) in writes.steps {
            for (key, record) in records { steps[job, default: [:]][key] = record }
        }
        for job in writes.closedWaits {
            for record in (waits[job] ?? [:]).values { replace(record, by: record.afterJobEnded, of: job) }
        }
        for (job, records) in writes.waits {
            for (key, record) in records { replace(waits[job]?[key], by: record, of: job) }
        }
        for (key, change) in writes.counters { counters[key, default: 0] += change }
        for change in writes.leases { apply(change) }
        for (reference, value) in writes.payloads where payloads[reference] == nil {
            payloads[reference] = value
        }
        for (job, records) in writes.artifacts {
            artifacts[job, default: [:]].merge(records) { _, new in new }
        }
        for change in writes.blobs { blobs.apply(change) }
        for snapshot in writes.snapshots { snapshots[snapshot.state.id, default: []].append(snapshot) }
        for state in writes.pastStates { pastStates[state.job, default: []].append(state) }
        kinds.formUnion(writes.kinds)
        for (name, change) in writes.schedules {
            switch change {
            case .put(let state): schedules[name] = state
            case .remove: schedules[name] = nil
            }
        }
        queues.merge(writes.queues) { $1 }
        for (key, change) in writes.runningKeys {
            let jobs = (runningKeys[key] ?? 0) + change
            runningKeys[key] = jobs == 0 ? nil : jobs
        }
        requests.merge(writes.requests) { $1 }
        for change in writes.bulk { try apply(change) }
        for redaction in writes.redacted { redact(redaction.state) }
    }

    /// Takes the values out of a job's events; large values and files stay as long as the store does.
    private mutating func redact(_ left: JobState) {
        let id = left.id
        for index in streams[id]?.elements ?? [] {
            let (event, seal) = (events[index].event, events[index].seal)
            events[index] = SealedEvent(
                event: event.redacted, seal: EventSeal(salt: [], dataHash: seal.dataHash, hash: seal.hash))
        }
        (steps[id], waits[id], artifacts[id], snapshots[id], pastStates[id]) = (nil, nil, nil, nil, nil)
        if let key = jobs[id].flatMap({ WorkKey($0.origin) }) { keyedJobs[key]?.remove(id) }
        jobs[id] = left
    }

    /// Where a job's events stand.
    func span(of job: JobID) -> EventSpan? {
        guard let indexes = streams[job]?.elements, let first = indexes.first, let last = indexes.last else {
            return nil
        }
        return EventSpan(first: events[first].event.position, last: events[last].event.position)
    }

    private func check(_ writes: WriteSet) throws(StoreError) {
        try blobs.check(writes.blobs)
        var position = head.position
        var versions: [JobID: Int64] = [:]
        for event in writes.events.map(\.event) {
            position = position.next
            guard event.position == position else {
                throw refusal("position \(event.position) stands where \(position) should")
            }
            guard let job = event.job else { continue }
            let version = (versions[job] ?? Int64(streams[job]?.elements.count ?? 0)) + 1
            guard event.version == version else {
                throw refusal("a version of \(job) is missing or stands twice")
            }
            versions[job] = version
        }
        for scope in writes.requests.keys where requests[scope] != nil {
            throw refusal("the request \(scope.id) is answered already")
        }
        for id in writes.jobs.keys where (jobs[id] == nil) != writes.newJobs.contains(id) {
            throw refusal("\(id) is \(jobs[id] == nil ? "missing" : "there already")")
        }
    }

    private mutating func replace(_ old: JobState?, by new: JobState) {
        if let old {
            if let entry = ReadyEntry(old) { ready[old.origin.queue]?.remove(entry) }
            if let entry = ScheduledEntry(old) { scheduled.remove(entry) }
        } else {
            jobIDs.insert(new.id)
            if let key = WorkKey(new.origin) { keyedJobs[key, default: SortedList()].insert(new.id) }
        }
        if let entry = ReadyEntry(new) { ready[new.origin.queue, default: SortedList()].insert(entry) }
        if let entry = ScheduledEntry(new) { scheduled.insert(entry) }
        jobs[new.id] = new
    }

    private mutating func replace(_ old: WaitRecord?, by new: WaitRecord, of job: JobID) {
        if let old {
            if let entry = DueWaitEntry(old, of: job) { dueWaits.remove(entry) }
            if let entry = InboxEntry(old, of: job) { inbox.remove(entry) }
        }
        if let entry = DueWaitEntry(new, of: job) { dueWaits.insert(entry) }
        if let entry = InboxEntry(new, of: job) { inbox.insert(entry) }
        waits[job, default: [:]][new.key] = new
    }

    private mutating func apply(_ change: BulkChange) throws(StoreError) {
        let id = change.event.id
        if let first = change.beginning {
            guard bulkOperations.updateValue(first, forKey: id) == nil else {
                throw refusal("bulk operation \(id) is there already")
            }
            bulkIDs.append(id)
            return
        }
        do {
            guard let next = try bulkOperations[id]?.applying(change) else {
                throw refusal("bulk operation \(id) is missing")
            }
            bulkOperations[id] = next
        } catch let error as StoreError {
            throw error
        } catch {
            throw refusal("\(error)")
        }
    }

    private mutating func apply(_ change: WriteSet.LeaseChange) {
        switch change {
        case .grant(let lease): leases[lease.job] = lease
        case .renew(let job, let token, let expiresAt):
            guard let lease = leases[job], lease.token == token else { return }
            leases[job] = Lease(
                job: job, token: token, worker: lease.worker, engine: lease.engine, expiresAt: expiresAt)
        case .end(let job): leases[job] = nil
        }
    }

    private func refusal(_ reason: String) -> StoreError {
        StoreError(.constraint, operation: "write", reason: reason)
    }
}
