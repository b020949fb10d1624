import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

extension FileTarget {
    func enqueue(_ body: EnqueueBody, request: RequestKey?) async throws -> EnqueuedJob {
        let asked = try body.request
        return try await namingKinds { engine in
            try await engine.enqueue(request.map(asked.marked) ?? asked, by: actor)
        }
    }

    func steer(_ verb: SteerVerb, _ job: JobID, _ body: SteerBody) async throws -> JobState {
        try await engine.steer(try verb.command(body), job, by: actor)
    }

    func decide(
        _ name: WaitName, occurrence: Int?, of job: JobID, _ body: DecisionBody
    ) async throws -> CheckpointDecision {
        try await engine.decide(
            body.choice, name, occurrence: occurrence, of: job, by: actor, reason: body.reason,
            value: body.value)
    }

    func signal(_ body: SignalBody, to job: JobID, request: RequestKey?) async throws -> JobState {
        try await engine.signal(body.name, body.payload, to: job, by: actor, request: request)
    }

    func fork(_ job: JobID, _ body: ForkBody) async throws -> JobState {
        try await engine.fork(job, at: body.step, input: body.input, by: actor, reason: body.reason).state
    }

    func raiseBudget(of job: JobID, _ body: BudgetBody) async throws -> JobState {
        try await engine.raiseBudget(
            of: job, to: body.limit, resuming: body.resumes, by: actor, reason: body.reason)
    }

    func destroyKey(of job: JobID, reason: String?) async throws {
        try await engine.destroyKey(of: job, reason: reason, by: actor)
    }

    func configure(_ queue: QueueName, _ body: QueueChangeBody) async throws -> QueueReport {
        try await engine.configure(queue, by: actor) { $0 = body.applied(to: $0) }
        return try await engine.queue(queue)
    }

    func steer(_ verb: QueueVerb, _ queue: QueueName, reason: String?) async throws -> QueueReport {
        switch verb {
        case .pause: try await engine.pauseQueue(queue, reason: reason, by: actor)
        case .resume: try await engine.resumeQueue(queue, reason: reason, by: actor)
        }
        return try await engine.queue(queue)
    }

    func setSchedule(
        _ name: ScheduleName, _ body: ScheduleBody
    ) async throws -> (listing: ScheduleListing, isChanged: Bool) {
        let asked = try body.request(named: name)
        let (state, isChanged) = try await namingKinds { try await $0.setSchedule(asked, by: actor) }
        return (listing(of: state), isChanged)
    }

    func steer(_ verb: ScheduleVerb, _ name: ScheduleName, reason: String?) async throws -> ScheduleListing {
        switch verb {
        case .pause: listing(of: try await engine.pauseSchedule(name, reason: reason, by: actor))
        case .resume: listing(of: try await engine.resumeSchedule(name, reason: reason, by: actor))
        case .run: listing(of: try await engine.runScheduleNow(name, reason: reason, by: actor))
        }
    }

    func removeSchedule(_ name: ScheduleName, reason: String?) async throws -> ScheduleListing {
        let listing = try await engine.schedule(name)
        try await engine.removeSchedule(name, reason: reason, by: actor)
        return listing
    }

    func bulk(
        _ body: BulkBody, progress: (BulkOperation) async throws -> Void
    ) async throws -> BulkOperation {
        let asked = BulkRequest(body.command, body.filter, spread: body.spread)
        return try await engine.bulk(asked, by: actor).result(progress: progress)
    }

    private func listing(of state: ScheduleState) -> ScheduleListing {
        ScheduleListing(state: state, next: 5)
    }

    /// Does something that names a kind, and says which kinds there are where it is none of them.
    private func namingKinds<Result>(_ body: (JobEngine) async throws -> Result) async throws -> Result {
        do {
            return try await body(try engine)
        } catch EnqueueRejection.unknownKind(let kind) {
            throw ErrorSentences.unknownKind(
                kind, in: name, known: try await read { try $0.announcedKinds() }.sorted())
        }
    }
}
