public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Sets what a schedule enqueues when, and returns once that is durable.
    ///
    /// Safe to repeat: the same again changes and writes nothing. A schedule that is paused stays paused.
    ///
    ///     try await engine.setSchedule(
    ///         "nightly-import", .cron("0 3 * * *", zone: "Europe/Berlin"), enqueues: ImportLedger(file: url))
    ///
    /// - Parameters:
    ///   - name: The schedule; an existing one is changed.
    ///   - times: When it is due.
    ///   - job: The job of each run.
    ///   - options: What counts for each job.
    ///   - overlap: What happens while the job of the last run is unfinished.
    ///   - missed: What happens to runs that fell due while nothing ran.
    ///   - actor: Who asks; nil for the engine itself.
    /// - Returns: The schedule as it is then.
    /// - Throws: `ScheduleRejection`, `StoreError`, `EncodingError` of the input's type.
    @discardableResult
    public func setSchedule<Kind: Job>(
        _ name: ScheduleName, _ times: ScheduleTimes, enqueues job: Kind,
        _ options: EnqueueOptions = EnqueueOptions(), overlap: OverlapPolicy = .skip,
        missed: MissedRunPolicy = .once, by actor: EventActor? = nil
    ) async throws -> ScheduleState {
        let request = ScheduleRequest(
            name: name, times: times, job: try request(job, options), overlap: overlap, missed: missed)
        return try await setSchedule(request, by: actor).state
    }

    /// Sets a schedule whose jobs are named by their kind.
    ///
    /// - Returns: The schedule as it is then, and whether anything was written.
    /// - Throws: `ScheduleRejection`, `EnqueueRejection.unknownKind`, `StoreError`.
    @discardableResult
    public func setSchedule(
        _ request: ScheduleRequest, by actor: EventActor? = nil
    ) async throws -> (state: ScheduleState, isChanged: Bool) {
        let options = request.job.options
        guard options.notBefore == nil else { throw ScheduleRejection.notBefore }
        guard options.unique == .whileUnfinished, options.debounce == nil else {
            throw ScheduleRejection.uniqueness
        }
        let input = try log.payload(request.job.input)
        let definition = ScheduleDefinition(
            timing: try request.times.timing(at: environment.now()),
            job: request.job.event(input: input.payload), overlap: request.overlap, missed: request.missed)
        let isAnchored = request.times.isAnchored
        return try await change(request.name, .set(definition, anchored: isAnchored), by: actor) {
            if !request.job.acceptsAnyKind, try !$0.isAnnounced(request.job.kind) {
                throw EnqueueRejection.unknownKind(request.job.kind)
            }
            input.keep(in: $0)
        }
    }

    /// Ends a schedule; jobs that it enqueued stay.
    ///
    /// - Throws: `ScheduleRejection.unknownSchedule`, `StoreError`.
    public func removeSchedule(
        _ name: ScheduleName, reason: String? = nil, by actor: EventActor? = nil
    ) async throws {
        let actor = actor ?? .engine(id)
        let ids = ids
        _ = try await log.write {
            try $0.execute(
                .remove(reason: reason), on: name, by: actor, zones: ZoneLookup.rules, newJob: ids.next)
        }
    }

    /// Lets a schedule enqueue nothing before it is resumed.
    ///
    /// Safe to repeat.
    ///
    /// - Returns: The schedule as it is then.
    /// - Throws: `ScheduleRejection.unknownSchedule`, `StoreError`.
    @discardableResult
    public func pauseSchedule(
        _ name: ScheduleName, reason: String? = nil, by actor: EventActor? = nil
    ) async throws -> ScheduleState {
        try await change(name, .pause(reason: reason), by: actor).state
    }

    /// Lets a paused schedule go on; runs that fell due meanwhile are left out.
    ///
    /// Safe to repeat.
    ///
    /// - Returns: The schedule as it is then.
    /// - Throws: `ScheduleRejection`, `StoreError`.
    @discardableResult
    public func resumeSchedule(
        _ name: ScheduleName, reason: String? = nil, by actor: EventActor? = nil
    ) async throws -> ScheduleState {
        try await change(name, .resume(reason: reason), by: actor).state
    }

    /// Enqueues a job of a schedule now, also while it is paused or its last job is unfinished.
    ///
    /// Its next due moment does not change. Each call enqueues a job, unless it is the same request once more.
    ///
    /// - Parameters:
    ///   - name: The schedule.
    ///   - reason: Why, in words for people.
    ///   - actor: Who asks; nil for the engine itself.
    ///   - mark: By what the same request is known when it is sent again, which then changes nothing; nil when each
    ///     counts.
    /// - Returns: The schedule as it is then; after a request that is not a repeated one its last run is this one.
    /// - Throws: `ScheduleRejection.unknownSchedule`, `JobRejection.requestReused` when the request asked for something
    ///   else before, `StoreError`.
    @discardableResult
    public func runScheduleNow(
        _ name: ScheduleName, reason: String? = nil, by actor: EventActor? = nil, mark: RequestMark? = nil
    ) async throws -> ScheduleState {
        let actor = actor ?? .engine(id)
        let ids = ids
        return try await log.write { transaction in
            guard let state = try transaction.schedule(name) else {
                throw ScheduleRejection.unknownSchedule(name)
            }
            let job = state.definition.job
            guard try transaction.answer(to: mark, kind: job.kind, owner: job.owner) == nil else {
                return state
            }
            let events = try transaction.execute(
                .run(reason: reason), on: name, by: actor, zones: ZoneLookup.rules, newJob: ids.next)
            for case .fired(let run) in events {
                transaction.note(.job(run.job), to: mark, kind: job.kind, owner: job.owner, by: actor)
            }
            return try transaction.schedule(name) ?? state
        }
    }

    /// A schedule as it is, and when it is due next.
    ///
    /// - Parameters:
    ///   - name: The schedule.
    ///   - count: How many next due moments to give.
    /// - Returns: The schedule, and at most `count` moments.
    /// - Throws: `ScheduleRejection.unknownSchedule`, `StoreError`.
    public func schedule(_ name: ScheduleName, next count: Int = 5) async throws -> ScheduleListing {
        guard let state = try await log.read({ try $0.schedule(name) }) else {
            throw ScheduleRejection.unknownSchedule(name)
        }
        return ScheduleListing(state: state, next: count)
    }

    /// Schedules in the order of their names, and when they are due next.
    ///
    /// - Parameters:
    ///   - count: How many next due moments to give of each.
    ///   - name: The last one of the page before; nil to begin.
    ///   - limit: The greatest number of schedules, from 1.
    /// - Returns: The schedules of the page.
    /// - Throws: `StoreError`.
    public func schedules(
        next count: Int = 5, after name: ScheduleName? = nil, limit: Int = 1000
    ) async throws -> [ScheduleListing] {
        try await log.read { try $0.schedules(after: name, limit: limit) }.map {
            ScheduleListing(state: $0, next: count)
        }
    }

    private func change(
        _ name: ScheduleName, _ command: ScheduleCommand, by actor: EventActor?,
        preparing: @escaping @Sendable (LogTransaction) throws -> Void = { _ in }
    ) async throws -> (state: ScheduleState, isChanged: Bool) {
        let actor = actor ?? .engine(id)
        let ids = ids
        return try await log.write { transaction in
            try preparing(transaction)
            let events = try transaction.execute(
                command, on: name, by: actor, zones: ZoneLookup.rules, newJob: ids.next)
            guard let state = try transaction.schedule(name) else {
                throw ScheduleRejection.unknownSchedule(name)
            }
            return (state, !events.isEmpty)
        }
    }
}

extension ScheduleListing {
    /// Works out when a schedule is due next.
    ///
    /// Where this machine does not know its time zone, only the moment that is recorded is given.
    ///
    /// - Parameters:
    ///   - state: The schedule.
    ///   - count: How many moments to give.
    public init(state: ScheduleState, next count: Int) {
        self.state = state
        var times: [Timestamp] = []
        var due = state.wakesAt
        while let moment = due, times.count < count {
            times.append(moment)
            due = ScheduleListing.next(state.definition.timing, after: moment)
        }
        nextTimes = times
    }

    private static func next(_ timing: ScheduleTiming, after moment: Timestamp) -> Timestamp? {
        guard let zone = timing.zone else { return timing.next(after: moment, in: UTCRules()) }
        do {
            return timing.next(after: moment, in: try ZoneLookup.rules(of: zone))
        } catch {
            return nil
        }
    }
}
