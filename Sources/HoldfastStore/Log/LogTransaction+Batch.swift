import HoldfastCore

/// How to take back what one command did, while the commands before it in the same transaction stay.
struct Savepoint {
    var head = LogHead.beginning
    var events = 0
    var appended = 0
    var leases = 0
    var snapshots = 0
    var pastStates = 0
    var content = 0
    var pruned = 0
    var redacted = 0
    var bulk = 0
    var jobs: [(JobID, cached: JobState?, pending: JobState?)] = []
    var newJobs: [JobID] = []
    var steps: [(JobID, StepKey, StepRecord?)] = []
    var waits: [(JobID, WaitKey, WaitRecord?)] = []
    var closedWaits: [JobID] = []
    var counters: [(QueueCountKey, Int)] = []
    var payloads: [PayloadReference] = []
    var artifacts: [(JobID, ArtifactName, ArtifactRecord?)] = []
    var blobs = 0
    var keys: [(KeyScope, JobID?)] = []
    var kinds: Set<JobKind> = []
    var schedules: [(ScheduleName, WriteSet.ScheduleChange?)] = []
    var queues: [(QueueName, known: QueueState?, pending: QueueState?)] = []
    var runningKeys: [(QueueKey, Int)] = []
    var requests: [RequestScope] = []
    /// Rows of this very command were handed to the backend, or the backend failed to take rows: the command
    /// can only be
    /// taken back with the whole transaction.
    var isFlushed = false

    /// Forgets what it held, but keeps the room: there is one for each command.
    mutating func removeAll() {
        jobs.removeAll(keepingCapacity: true)
        newJobs.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
        waits.removeAll(keepingCapacity: true)
        closedWaits.removeAll(keepingCapacity: true)
        counters.removeAll(keepingCapacity: true)
        payloads.removeAll(keepingCapacity: true)
        artifacts.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        schedules.removeAll(keepingCapacity: true)
        queues.removeAll(keepingCapacity: true)
        runningKeys.removeAll(keepingCapacity: true)
        requests.removeAll(keepingCapacity: true)
        isFlushed = false
    }
}

/// Tells that a command failed after rows had been handed to the backend: the transaction has to be given up,
/// and each
/// of its commands run in one of its own.
struct SharedTransactionSpoiled: Error {
    let cause: any Error
}

// What the writer's thread does around the commands.
extension LogTransaction {
    /// Begins a transaction and drops what others made stale.
    ///
    /// - Returns: The head of the log before this transaction.
    func begin() throws(StoreError) -> LogHead {
        let (head, changedByOthers) = try writer.begin()
        if changedByOthers || head != self.head {
            cache.removeAll()
            knownQueues = nil
        }
        self.head = head
        return head
    }

    /// Runs one command; when it throws, nothing of it remains.
    func run<Result>(_ body: (LogTransaction) throws -> Result) throws -> Result {
        savepoint.removeAll()
        savepoint.head = head
        savepoint.events = pending.events.count
        savepoint.appended = appended.count
        savepoint.leases = pending.leases.count
        savepoint.snapshots = pending.snapshots.count
        savepoint.pastStates = pending.pastStates.count
        savepoint.content = pending.content.count
        savepoint.pruned = pending.pruned.count
        savepoint.redacted = pending.redacted.count
        savepoint.kinds = pending.kinds
        savepoint.bulk = pending.bulk.count
        savepoint.blobs = pending.blobs.count
        do {
            return try body(self)
        } catch {
            if savepoint.isFlushed { throw SharedTransactionSpoiled(cause: error) }
            undo()
            throw error
        }
    }

    /// Hands the pending rows to the backend, so that its queries see them.
    func flush() throws(StoreError) {
        guard !pending.isEmpty else { return }
        let hadOwnRows =
            savepoint.isFlushed || appended.count > savepoint.appended
            || !savepoint.payloads.isEmpty || pending.leases.count > savepoint.leases
            || pending.blobs.count > savepoint.blobs
        // Until the backend has taken all rows, a failure leaves some of them behind.
        savepoint.isFlushed = true
        try writer.write(pending)
        savepoint.isFlushed = hadOwnRows
        pending.removeAll()
        forgetFreshKeys()
        savepoint.events = 0
        savepoint.leases = 0
        savepoint.snapshots = 0
        savepoint.pastStates = 0
        savepoint.content = 0
        savepoint.pruned = 0
        savepoint.redacted = 0
        savepoint.kinds = []
        savepoint.bulk = 0
        savepoint.blobs = 0
    }

    /// Makes everything durable.
    ///
    /// - Returns: What was appended.
    func commit() throws(StoreError) -> [CommittedEvent] {
        try flush()
        try writer.commit()
        defer { appended.removeAll(keepingCapacity: true) }
        return appended
    }

    /// Gives the whole transaction up.
    func abandon() {
        writer.rollback()
        pending.removeAll()
        appended.removeAll(keepingCapacity: true)
        forgetFreshKeys()
        cache.removeAll()
        knownQueues = nil
        head = .beginning
    }

    private func undo() {
        head = savepoint.head
        pending.events.removeLast(pending.events.count - savepoint.events)
        appended.removeLast(appended.count - savepoint.appended)
        pending.leases.removeLast(pending.leases.count - savepoint.leases)
        pending.snapshots.removeLast(pending.snapshots.count - savepoint.snapshots)
        pending.pastStates.removeLast(pending.pastStates.count - savepoint.pastStates)
        pending.content.removeLast(pending.content.count - savepoint.content)
        pending.pruned.removeLast(pending.pruned.count - savepoint.pruned)
        pending.redacted.removeLast(pending.redacted.count - savepoint.redacted)
        pending.kinds = savepoint.kinds
        pending.bulk.removeLast(pending.bulk.count - savepoint.bulk)
        for (id, cached, pendingState) in savepoint.jobs.reversed() {
            pending.jobs[id] = pendingState
            cache[id] = cached
        }
        for id in savepoint.newJobs { pending.newJobs.remove(id) }
        for (job, step, record) in savepoint.steps.reversed() { pending.steps[job]?[step] = record }
        for (job, key, record) in savepoint.waits.reversed() { pending.waits[job]?[key] = record }
        for job in savepoint.closedWaits { pending.closedWaits.remove(job) }
        for (key, change) in savepoint.counters { pending.counters[key, default: 0] -= change }
        for (job, name, record) in savepoint.artifacts.reversed() { pending.artifacts[job]?[name] = record }
        pending.blobs.removeLast(pending.blobs.count - savepoint.blobs)
        for (key, change) in savepoint.runningKeys { pending.runningKeys[key, default: 0] -= change }
        for (name, known, pendingState) in savepoint.queues.reversed() {
            knownQueues?[name] = known
            pending.queues[name] = pendingState
        }
        for scope in savepoint.requests { pending.requests[scope] = nil }
        for reference in savepoint.payloads { pending.payloads[reference] = nil }
        for (name, change) in savepoint.schedules.reversed() { pending.schedules[name] = change }
        for (scope, job) in savepoint.keys.reversed() { restoreFreshKey(scope, to: job) }
    }
}
