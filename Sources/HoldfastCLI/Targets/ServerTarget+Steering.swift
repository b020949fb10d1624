import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

extension ServerTarget {
    func enqueue(_ body: EnqueueBody, request: RequestKey?) async throws -> EnqueuedJob {
        let answer = try await client.enqueue(body, request: request)
        return EnqueuedJob(
            state: try JobStateCodec.decode(answer.job), isNew: answer.isNew, replaced: answer.replaced)
    }

    func steer(_ verb: SteerVerb, _ job: JobID, _ body: SteerBody) async throws -> JobState {
        try JobStateCodec.decode(try await client.steer(verb, job, body))
    }

    func decide(
        _ name: WaitName, occurrence: Int?, of job: JobID, _ body: DecisionBody
    ) async throws -> CheckpointDecision {
        try CheckpointDecision(
            parsing: try await client.decide(name, occurrence: occurrence, of: job, body))
    }

    func signal(_ body: SignalBody, to job: JobID, request: RequestKey?) async throws -> JobState {
        try JobStateCodec.decode(try await client.signal(body, to: job, request: request))
    }

    func fork(_ job: JobID, _ body: ForkBody) async throws -> JobState {
        try JobStateCodec.decode(try await client.fork(job, body))
    }

    func raiseBudget(of job: JobID, _ body: BudgetBody) async throws -> JobState {
        try JobStateCodec.decode(try await client.raiseBudget(of: job, body))
    }

    func destroyKey(of job: JobID, reason: String?) async throws {
        _ = try await client.destroyKey(of: job, reason: reason)
    }

    func configure(_ queue: QueueName, _ body: QueueChangeBody) async throws -> QueueReport {
        try QueueReport(parsing: try await client.configure(queue, body))
    }

    func steer(_ verb: QueueVerb, _ queue: QueueName, reason: String?) async throws -> QueueReport {
        switch verb {
        case .pause: try QueueReport(parsing: try await client.pause(queue, reason: reason))
        case .resume: try QueueReport(parsing: try await client.resume(queue, reason: reason))
        }
    }

    func setSchedule(
        _ name: ScheduleName, _ body: ScheduleBody
    ) async throws -> (listing: ScheduleListing, isChanged: Bool) {
        let json = try await client.setSchedule(name, body)
        let isChanged = try JSONFields(json).bool("changed") ?? true
        return (try ScheduleListing(parsing: json), isChanged)
    }

    func steer(_ verb: ScheduleVerb, _ name: ScheduleName, reason: String?) async throws -> ScheduleListing {
        try ScheduleListing(parsing: try await client.steer(verb, name, reason: reason))
    }

    func removeSchedule(_ name: ScheduleName, reason: String?) async throws -> ScheduleListing {
        let listing = try ScheduleListing(parsing: try await client.schedule(name))
        try await client.removeSchedule(name, reason: reason)
        return listing
    }

    /// Begins the operation, which the server does, and follows what its log says about it.
    func bulk(
        _ body: BulkBody, progress: (BulkOperation) async throws -> Void
    ) async throws -> BulkOperation {
        let before = try await client.history(from: .tail, limit: 1)
        let started = try BulkCodec.decode(try await client.bulk(body))
        // From its beginning on, however far the server is: what is told does not depend on who is faster.
        var operation = BulkOperation(
            order: started.order, actor: started.actor, startedAt: started.startedAt, count: BulkCount(),
            engine: nil, changedAt: started.startedAt, finishedAt: nil)
        let filter = StreamFilter(types: [.bulkProgressed, .bulkFinished])
        var isTold = true
        for try await event in client.events(filter, from: .after(before.through), log: before.log)
        where event.isStored {
            let recorded = try StoredEvent(envelope: event.json).decoded()
            guard case .engine(.bulk(let change)) = recorded.event, change.id == operation.id else {
                continue
            }
            // The last page and the end are one transaction, so a page is told of when it is known not to be the last.
            if case .progressed = change, !isTold { try await progress(operation) }
            operation = try operation.applying(BulkChange(change, recorded))
            isTold = false
            guard operation.finishedAt == nil else { break }
        }
        try await progress(operation)
        return operation
    }
}
