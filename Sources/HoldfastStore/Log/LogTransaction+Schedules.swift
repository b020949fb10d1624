public import HoldfastCore

// Schedules: what is asked of them is decided, recorded and done in one transaction.
extension LogTransaction {
    /// A schedule with everything that was decided before; nil when there is none.
    public func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState? {
        try pending.schedule(name, over: writer)
    }

    /// Schedules whose due moment was reached, the earliest first.
    public func dueSchedules(limit: Int) throws(StoreError) -> [ScheduleName] {
        try flush()
        return try writer.dueSchedules(now, limit: limit)
    }

    /// Decides a command on a schedule, appends what follows from it and enqueues the jobs of its runs.
    ///
    /// - Parameters:
    ///   - command: What is asked for.
    ///   - name: The schedule.
    ///   - actor: Who asks. The jobs have the schedule itself as their actor.
    ///   - zones: Gives the rules of a time zone.
    ///   - newJob: Gives an id for each new job.
    /// - Returns: The recorded events of the schedule; none when what was asked for is so already.
    /// - Throws: `ScheduleRejection` when the command does not fit, what `zones` throws, `StoreError`.
    @discardableResult
    public func execute(
        _ command: ScheduleCommand, on name: ScheduleName, by actor: EventActor,
        zones: (String) throws -> any ZoneRules, newJob: () -> JobID
    ) throws -> [ScheduleEvent] {
        let state = try schedule(name)
        let zone = try timing(command, state)?.zone.map(zones) ?? UTCRules()
        let events = try ScheduleState.decide(
            command, on: name, state, at: now, in: zone,
            blocker: try state?.mayBlock.first(where: isUnfinished), newJob: newJob)
        return try events.map { event in
            let done = try enqueueing(event, of: state)
            try record(done, by: actor)
            return done
        }
    }

    /// When the schedule will be due, as far as the command needs to know it.
    private func timing(_ command: ScheduleCommand, _ state: ScheduleState?) -> ScheduleTiming? {
        switch command {
        case .set(let definition, _): definition.timing
        case .resume, .fire: state?.definition.timing
        case .remove, .pause, .run: nil
        }
    }

    private func isUnfinished(_ job: JobID) throws(StoreError) -> Bool {
        guard let state = try self.job(job) else { return false }
        return !state.phase.name.isEnded
    }

    /// Enqueues the job of a run.
    ///
    /// - Returns: The event with the job that it has become: where the job has a key, that may be an unfinished one.
    private func enqueueing(_ event: ScheduleEvent, of state: ScheduleState?) throws -> ScheduleEvent {
        guard case .fired(var run) = event, let job = state?.definition.job else { return event }
        run.job = try enqueue(job, as: run.job, by: .schedule(run.name)).state.id
        return .fired(run)
    }

    private func record(_ event: ScheduleEvent, by actor: EventActor) throws(StoreError) {
        let recorded = RecordedEvent(
            position: head.position.next, job: nil, version: nil, at: now, attempt: nil, actor: actor,
            event: .engine(.schedule(event)))
        savepoint.schedules.append((event.name, pending.schedules[event.name]))
        try pending.project(event, of: recorded, over: writer)
        seal(recorded)
    }
}
