public import HoldfastCore

/// What the writer's thread offers to a command: read, decide, append; all of it in one transaction.
///
/// Several commands share a transaction (group commit). Each sees what the ones before it did, and one that
/// throws
/// leaves no trace. It is used on the writer's thread only and must not be kept after the closure returned.
public final class LogTransaction {
    let writer: any StorageWriter
    let configuration: LogConfiguration
    let environment: LogEnvironment
    var head = LogHead.beginning
    var pending = WriteSet()
    var cache: StateCache
    var savepoint = Savepoint()
    /// What the commands of this transaction appended so far, also what was handed to the backend already.
    var appended: [CommittedEvent] = []
    /// Whether somebody measures what is committed.
    var isObserved = false
    private var freshKeys: [KeyScope: JobID] = [:]
    /// Keys of jobs that ended or began again in rows that are not written yet: queries know nothing of it.
    var movedKeys: Set<KeyScope> = []
    /// The queues that were configured or paused, as this transaction left them; nil until somebody asks.
    var knownQueues: [QueueName: QueueState]?

    init(writer: any StorageWriter, configuration: LogConfiguration, environment: LogEnvironment) {
        self.writer = writer
        self.configuration = configuration
        self.environment = environment
        cache = StateCache(capacity: configuration.cachedJobs)
    }

    /// The moment of the command, by the injected clock.
    public var now: Timestamp { environment.now() }

    /// A random number, from 0 up to 1, of the injected source.
    public func randomFraction() -> Double { Double(environment.random() >> 11) * 0x1p-53 }

    /// The state of a job with everything that was decided before; nil when there is none.
    public func job(_ id: JobID) throws(StoreError) -> JobState? {
        if let state = cache[id] { return state }
        // What is not written yet may have been forgotten by the cache, but must not be read from the store.
        var state = pending.jobs[id]
        if state == nil { state = try writer.job(id) }
        if let state { cache[id] = state }
        return state
    }

    /// The record of a step with everything that was decided before; nil when it never began.
    public func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        if let record = pending.steps[job]?[step] { return record }
        return try writer.step(step, of: job)
    }

    /// The record of a wait with everything that was decided before; nil when it was never opened.
    public func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        if let record = pending.waits[job]?[key] { return record }
        let record = try writer.wait(key, of: job)
        return pending.closedWaits.contains(job) ? record?.afterJobEnded : record
    }

    /// The waits of a job that a query describes, with everything that was decided before.
    public func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        try flush()
        return try writer.waits(of: job, query)
    }

    /// Open waits whose moment was reached, the earliest first.
    public func dueWaits(limit: Int) throws(StoreError) -> [JobWait] {
        try flush()
        return try writer.dueWaits(now, limit: limit)
    }

    /// Decides a command on a job and appends what follows from it.
    ///
    /// - Returns: The recorded events; none when what was asked for is so already.
    /// - Throws: `JobRejection` when the command does not fit, `StoreError` when the job cannot be read.
    @discardableResult
    public func execute(_ command: JobCommand, on job: JobID, by actor: EventActor) throws -> [RecordedEvent]
    {
        let at = now
        let state = try self.job(job)
        let events = try JobState.decide(try complete(command, of: job), on: state, at: at)
        var recorded: [RecordedEvent] = []
        recorded.reserveCapacity(events.count)
        for event in events { recorded.append(try append(event, to: job, at: at, by: actor)) }
        return recorded
    }

    /// Begins a job, unless an unfinished one of the same owner, kind and key exists.
    ///
    /// - Returns: The job's state, and whether it is new.
    public func enqueue(
        _ event: JobEnqueued, as id: JobID, by actor: EventActor
    ) throws -> (state: JobState, isNew: Bool) {
        let outcome = try enqueue(event, as: id, on: .standard, by: actor)
        return (outcome.state, outcome.isNew)
    }

    /// Begins a job, or does what the terms say about one that keeps its key.
    ///
    /// - Returns: What became of the request.
    /// - Throws: `EnqueueRejection` when the terms say so; nothing of the request was written then.
    public func enqueue(
        _ event: JobEnqueued, as id: JobID, on terms: EnqueueTerms, by actor: EventActor
    ) throws -> EnqueueOutcome {
        let scope = event.key.map { KeyScope(event, $0) }
        let holder = try scope.flatMap { try self.holder(of: $0, terms) }
        let decision = try EnqueueDecision.make(
            event, terms, holder: holder, inputDigest: event.input.digest, at: now)
        switch (decision, holder) {
        case (.begin(let event), _): return .begun(try begin(event, as: id, scope, by: actor))
        case (.keep, let holder?): return .kept(holder)
        case (.postpone(let until), let holder?):
            let reason = EnqueueDecision.debouncedReason
            try execute(.postpone(until: until, reason: reason), on: holder.id, by: actor)
            return .kept(try job(holder.id) ?? holder)
        case (.replace(let event), let holder?):
            let reason = EnqueueDecision.replacedReason
            try execute(.steer(.cancel(reason: reason)), on: holder.id, by: actor)
            return .begun(try begin(event, as: id, scope, by: actor), replacing: holder.id)
        case (.keep, nil), (.postpone, nil), (.replace, nil): throw JobRejection.unknownJob
        }
    }

    /// Appends an event of the engine itself, other than one of a schedule: those follow from commands.
    @discardableResult
    public func record(_ event: EngineEvent, by actor: EventActor) -> RecordedEvent {
        let recorded = RecordedEvent(
            position: head.position.next, job: nil, version: nil, at: now, attempt: nil, actor: actor,
            event: .engine(event))
        pending.project(event, recorded)
        if let queue = event.queue { project(recorded, on: queue) }
        seal(recorded)
        return recorded
    }

    /// A bulk operation with everything that was recorded before; nil when there is none of this id.
    public func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? {
        if pending.bulk.contains(where: { $0.event.id == id }) { try flush() }
        return try writer.bulkOperation(id)
    }

    /// Keeps a large value beside the log.
    public func keep(_ value: JSONText, as reference: PayloadReference) {
        guard pending.payloads.updateValue(value, forKey: reference) == nil else { return }
        savepoint.payloads.append(reference)
    }

    /// Moves the expiry of a lease that is still held.
    ///
    /// - Returns: The state of the job under that lease; nil when the lease was lost.
    public func renew(_ token: LeaseToken, of job: JobID) throws(StoreError) -> RunningPhase? {
        guard case .running(let running) = try self.job(job)?.phase, running.token == token else {
            return nil
        }
        pending.leases.append(
            .renew(job: job, token: token, expiresAt: now + configuration.leaseDuration))
        return running
    }

    /// Scheduled jobs whose due time was reached, the earliest first.
    public func due(limit: Int) throws(StoreError) -> [JobID] {
        try flush()
        return try writer.due(now, limit: limit)
    }

    /// The leases that ran out, and those of an engine whose death is proved.
    public func lostLeases(deadEngine: EngineID?) throws(StoreError) -> [Lease] {
        try flush()
        return try writer.leases(expiredAt: now, or: deadEngine)
    }

    /// Tells whether some worker announced a kind in this log.
    public func isAnnounced(_ kind: JobKind) throws(StoreError) -> Bool {
        if pending.kinds.contains(kind) { return true }
        return try writer.announcedKinds().contains(kind)
    }

    // MARK: -

    /// Puts what the log holds about the step into a command that is about one.
    private func complete(_ command: JobCommand, of job: JobID) throws(StoreError) -> JobCommand {
        guard case .work(let token, let work) = command else { return try completeWait(command, of: job) }
        switch work {
        case .startStep(let step, _):
            return .work(token, .startStep(step, recorded: try self.step(step, of: job)))
        case .completeStep(let step, let output, let duration, _):
            let recorded = try self.step(step, of: job)
            return .work(token, .completeStep(step, output: output, duration: duration, recorded: recorded))
        case .failStep(let step, let failure, let retryAt, _):
            let recorded = try self.step(step, of: job)
            return .work(token, .failStep(step, failure, retryAt: retryAt, recorded: recorded))
        case .saveArtifact(let artifact, _):
            let recorded = try self.artifact(artifact.name, of: job)
            return .work(token, .saveArtifact(artifact, recorded: recorded))
        default: return .work(token, try completeWait(work, of: job))
        }
    }

    private func begin(
        _ event: JobEnqueued, as id: JobID, _ scope: KeyScope?, by actor: EventActor
    ) throws -> JobState {
        try execute(.enqueue(event), on: id, by: actor)
        guard let state = try job(id) else { throw JobRejection.unknownJob }
        if let scope { savepoint.keys.append((scope, freshKeys.updateValue(id, forKey: scope))) }
        return state
    }

    /// The job that a request under a key has to do with.
    private func holder(of scope: KeyScope, _ terms: EnqueueTerms) throws -> JobState? {
        if movedKeys.contains(scope) { try flush() }
        let isUnfinished = terms.debounce != nil || terms.unique.period == .whileUnfinished
        let id =
            try freshKeys[scope]
            ?? writer.newestJob(
                scope.key, kind: scope.kind, owner: scope.owner, unfinishedOnly: isUnfinished)
        return try id.flatMap { try job($0) }
    }

    private func append(
        _ event: JobEvent, to job: JobID, at: Timestamp, by actor: EventActor
    ) throws -> RecordedEvent {
        // What a command before it in the same transaction wrote may have left the cache.
        let old = cache[job] ?? pending.jobs[job]
        let recorded = RecordedEvent(
            position: head.position.next, job: job, version: (old?.version ?? 0) + 1, at: at,
            attempt: old?.attempt ?? 1, actor: actor, event: .job(event))
        let new = try apply(event, recorded, to: old, of: job)
        seal(recorded, isObserved ? CommittedEvent.Context(from: old, to: new, at: at) : nil)
        if recorded.event.kind.isTerminal { try passOn(recorded, of: new, by: actor) }
        return recorded
    }

    func forgetFreshKeys() {
        freshKeys.removeAll(keepingCapacity: true)
        movedKeys.removeAll(keepingCapacity: true)
    }

    func restoreFreshKey(_ scope: KeyScope, to job: JobID?) { freshKeys[scope] = job }
}
