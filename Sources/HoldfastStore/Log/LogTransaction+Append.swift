import HoldfastCore

// What an event of a job means for the rows that follow from it, and its place in the chain.
extension LogTransaction {
    /// Brings all rows that follow from an event of a job up to date.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - recorded: The event with its place.
    ///   - old: The job before it.
    ///   - job: The job.
    /// - Returns: The job behind it.
    /// - Throws: `IllegalTransition` when it cannot follow, `StoreError`.
    func apply(
        _ event: JobEvent, _ recorded: RecordedEvent, to old: JobState?, of job: JobID
    ) throws -> JobState {
        let new = try JobState.applying(recorded, to: old)
        if let step = event.step {
            let record = try self.step(step, of: job)
            savepoint.steps.append((job, step, pending.steps[job]?[step]))
            pending.steps[job, default: [:]][step] = StepRecord.applying(recorded, to: record)
        }
        if case .artifactSaved(let saved) = event {
            savepoint.artifacts.append((job, saved.name, pending.artifacts[job]?[saved.name]))
        }
        pending.project(event, recorded, of: job)
        if let wait = event.wait {
            let record = try self.wait(wait, of: job)
            savepoint.waits.append((job, wait, pending.waits[job]?[wait]))
            pending.waits[job, default: [:]][wait] = WaitRecord.applying(recorded, to: record)
        }
        project(from: old, to: new, position: recorded.position)
        if case .started = event { try noteStart(recorded, in: new.origin.queue) }
        return new
    }

    /// Brings the rows that follow from a job's new state up to date.
    private func project(from old: JobState?, to new: JobState, position: EventLogPosition) {
        let id = new.id
        savepoint.jobs.append((id, cached: old, pending: pending.jobs[id]))
        if old == nil {
            pending.newJobs.insert(id)
            savepoint.newJobs.append(id)
        }
        pending.jobs[id] = new
        cache[id] = new
        if let key = new.origin.key, let old, old.phase.name.isEnded != new.phase.name.isEnded {
            movedKeys.insert(KeyScope(new.origin, key))
        }
        for change in QueueCounts.changes(from: old, to: new) {
            pending.counters[change.key, default: 0] += change.by
            savepoint.counters.append((change.key, change.by))
        }
        if let change = QueueKey.runningChange(from: old, to: new) {
            pending.runningKeys[change.key, default: 0] += change.by
            savepoint.runningKeys.append((change.key, change.by))
        }
        if case .running(let running) = new.phase, old?.leaseToken != running.token {
            pending.leases.append(
                .grant(
                    Lease(
                        job: id, token: running.token, worker: running.worker, engine: running.engine,
                        expiresAt: running.since + configuration.leaseDuration)))
        } else if new.leaseToken == nil, old?.leaseToken != nil {
            pending.leases.append(.end(job: id))
        }
        if let left = WriteSet.PastState(from: old, to: new, at: position) { pending.pastStates.append(left) }
        if new.version % LogConfiguration.snapshotDistance == 0 {
            pending.snapshots.append(.init(state: new, position: position))
        }
    }

    /// Puts an event behind the last one, as today's program writes it.
    func seal(_ recorded: RecordedEvent, _ context: CommittedEvent.Context? = nil) {
        let kind = recorded.event.kind
        let stored = StoredEvent(
            position: recorded.position, job: recorded.job, version: recorded.version, kind: kind.rawValue,
            schemaVersion: EventCodec.schemaVersion(of: kind), at: recorded.at, attempt: recorded.attempt,
            actor: recorded.actor, data: EventCodec.encode(recorded.event))
        seal(stored, of: recorded, context)
    }

    /// Puts an event behind the last one with the columns that it has.
    func seal(_ stored: StoredEvent, of recorded: RecordedEvent, _ context: CommittedEvent.Context?) {
        let seal = EventSeal(stored, after: head.hash, salt: environment.salt())
        pending.events.append(SealedEvent(event: stored, seal: seal))
        appended.append(CommittedEvent(stored: stored, recorded: recorded, context: context))
        head = LogHead(position: recorded.position, hash: seal.hash)
    }
}
