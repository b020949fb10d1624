import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let key: [ConformanceCase] = [
        ConformanceCase(.key, "a key gives the unfinished job that has it, and a new one after its end") {
            log in
            let event = JobEnqueued.sample(key: "ledger-10")
            let first = try await log.submit(event)
            #expect(first.isNew)
            #expect(try await log.submit(event) == (first.id, false))
            let token = try await log.start(first.id)
            #expect(try await log.submit(event) == (first.id, false))
            try await log.work(.complete(output: .null), on: first.id, token)
            let second = try await log.submit(event)
            #expect(second.isNew && second.id != first.id)
            #expect(try await log.submit(event) == (second.id, false))
            try await log.execute(.steer(.cancel(reason: nil)), on: second.id)
            #expect(try await log.submit(event).isNew)
            #expect(try await log.events(EventQuery(kinds: [.jobEnqueued])).count == 3)
        },
        ConformanceCase(.key, "the same holds within one transaction") { log in
            let ids = (0..<4).map { _ in log.newID() }
            let event = JobEnqueued.sample(key: "ledger-10")
            let outcomes = try await log.together([
                { try demand(try $0.enqueue(event, as: ids[0], by: .ana).isNew) },
                { try demand(try $0.enqueue(event, as: ids[1], by: .ana) == (try $0.state(ids[0]), false)) },
                // A query in between hands the rows to the store.
                { _ = try $0.due(limit: 1) },
                { try demand(try $0.enqueue(event, as: ids[1], by: .ana) == (try $0.state(ids[0]), false)) },
                { try $0.execute(.steer(.cancel(reason: nil)), on: ids[0], by: .ana) },
                { try demand(try $0.enqueue(event, as: ids[2], by: .ana).isNew) },
                { try demand(try $0.enqueue(event, as: ids[3], by: .ana) == (try $0.state(ids[2]), false)) },
            ])
            for outcome in outcomes { #expect(outcome == nil) }
            #expect(try await log.events(EventQuery(kinds: [.jobEnqueued])).map(\.job) == [ids[0], ids[2]])
        },
        ConformanceCase(.key, "a key counts for its owner and kind") { log in
            let events: [JobEnqueued] = [
                .sample(key: "a"), .sample(kind: "other.job", key: "a"), .sample(key: "a", owner: "ana"),
                .sample(key: "a", owner: "ben"), .sample(key: "b"),
            ]
            var jobs: [JobID] = []
            for event in events {
                let submitted = try await log.submit(event)
                #expect(submitted.isNew)
                jobs.append(submitted.id)
            }
            for (event, job) in zip(events, jobs) { #expect(try await log.submit(event) == (job, false)) }
            // The queue does not matter: it is the work that is named.
            #expect(try await log.submit(.sample(queue: "aside", key: "a")) == (jobs[0], false))
        },
        ConformanceCase(.key, "names that differ in one byte are different names") { log in
            let composed = JobKey(unchecked: "caf\u{E9}")
            let decomposed = JobKey(unchecked: "cafe\u{301}")
            let first = try await log.submit(.sample(key: composed))
            let second = try await log.submit(.sample(key: decomposed))
            #expect(first.isNew && second.isNew)
            #expect(try await log.submit(.sample(key: composed)) == (first.id, false))
            #expect(try await log.submit(.sample(key: decomposed)) == (second.id, false))
        },
        ConformanceCase(.key, "jobs without a key are never the same") { log in
            let first = try await log.submit(.sample())
            let second = try await log.submit(.sample())
            #expect(first.isNew && second.isNew)
        },
        ConformanceCase(.key, "a command that fails gives back the key that it took") { log in
            let ids = (0..<2).map { _ in log.newID() }
            let event = JobEnqueued.sample(key: "ledger-10")
            let outcomes = try await log.together([
                { transaction in
                    _ = try transaction.enqueue(event, as: ids[0], by: .ana)
                    throw ChangeOfMind()
                },
                { try demand(try $0.enqueue(event, as: ids[1], by: .ana).isNew) },
            ])
            #expect(outcomes.map { $0 == nil } == [false, true])
            #expect(try await log.events().map(\.job) == [ids[1]])
        },
        ConformanceCase(.key, "a command that fails leaves the key with the job that had it") { log in
            let ids = (0..<3).map { _ in log.newID() }
            let event = JobEnqueued.sample(key: "ledger-10")
            let outcomes = try await log.together([
                { _ = try $0.enqueue(event, as: ids[0], by: .ana) },
                { transaction in
                    try transaction.execute(.steer(.cancel(reason: nil)), on: ids[0], by: .ana)
                    _ = try transaction.enqueue(event, as: ids[1], by: .ana)
                    throw ChangeOfMind()
                },
                { try demand(try $0.enqueue(event, as: ids[2], by: .ana).isNew == false) },
            ])
            #expect(outcomes.map { $0 == nil } == [true, false, true])
            #expect(try await log.events().map(\.job) == [ids[0]])
        },
        ConformanceCase(.key, "an unfinished job is found behind newer ones of its key that have ended") {
            log in
            let event = JobEnqueued.sample(key: "ledger-10")
            let first = try await log.submit(event)
            try await log.execute(.steer(.cancel(reason: nil)), on: first.id)
            let second = try await log.submit(event)
            try await log.execute(.steer(.cancel(reason: nil)), on: second.id)
            try await log.execute(.steer(.retry(reason: nil)), on: first.id)
            #expect(try await log.submit(event) == (first.id, false))
            // Also when that happens in one transaction, and the rows are not written yet.
            let ids = (0..<2).map { _ in log.newID() }
            let outcomes = try await log.together([
                { try $0.execute(.steer(.cancel(reason: nil)), on: first.id, by: .ana) },
                { try demand(try $0.enqueue(event, as: ids[0], by: .ana).isNew) },
                { try $0.execute(.steer(.cancel(reason: nil)), on: ids[0], by: .ana) },
                { try $0.execute(.steer(.retry(reason: nil)), on: second.id, by: .ana) },
                { try demand(try $0.enqueue(event, as: ids[1], by: .ana).state.id == second.id) },
            ])
            for outcome in outcomes { #expect(outcome == nil) }
        },
        ConformanceCase(.key, "within a period a job keeps its key although it has ended") { log in
            let event = JobEnqueued.sample(key: "ledger-10")
            let terms = EnqueueTerms(unique: .within(.seconds(60), onConflict: .reject))
            let first = try await log.submit(event, on: terms)
            try await log.execute(.steer(.cancel(reason: nil)), on: first.id)
            await #expect(throws: EnqueueRejection.duplicate(first.id)) {
                try await log.submit(event, on: terms)
            }
            log.clock.advance(by: .seconds(60))
            let second = try await log.submit(event, on: terms)
            #expect(second.isNew)
            await #expect(throws: EnqueueRejection.duplicate(second.id)) {
                try await log.submit(event, on: terms)
            }
            #expect(try await log.events(EventQuery(kinds: [.jobEnqueued])).count == 2)
        },
        ConformanceCase(.key, "a job that waits is replaced in one transaction, or not at all") { log in
            let event = JobEnqueued.sample(notBefore: log.clock.timestamp + .seconds(60), key: "ledger-10")
            let terms = EnqueueTerms(unique: Uniqueness(onConflict: .replace))
            let first = try await log.submit(event)
            let id = log.newID()
            let outcomes = try await log.together([
                { transaction in
                    _ = try transaction.enqueue(event, as: id, on: terms, by: .ana)
                    throw ChangeOfMind()
                }
            ])
            #expect(outcomes[0] != nil)
            #expect(try await log.state(first.id).phase.name == .scheduled)
            let second = try await log.submit(event, on: terms)
            #expect(second.replaced == first.id)
            #expect(
                try await log.state(first.id).phase
                    == .cancelled(at: log.clock.timestamp, by: .ana, reason: "replaced"))
            #expect(try await log.submit(event).id == second.id)
            log.clock.advance(by: .seconds(60))
            try await log.execute(.fireTimer, on: second.id)
            _ = try await log.start(second.id)
            await #expect(throws: EnqueueRejection.duplicate(second.id)) {
                try await log.submit(event, on: terms)
            }
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.key, "repeats of a debounced job make one job") { log in
            let event = JobEnqueued.sample(key: "customer-42")
            var other = event
            other.input = .inline(.string("other"))
            let terms = EnqueueTerms(debounce: Debounce(.seconds(10), maximum: .seconds(25)))
            let start = log.clock.timestamp
            let first = try await log.submit(event, on: terms)
            for second in [8, 16] {
                log.clock.advance(to: .init(start + .seconds(second)))
                #expect(try await log.submit(event, on: terms) == (first.id, false))
                let due = start + min(.seconds(second + 10), .seconds(25))
                #expect(try await log.state(first.id).phase == .scheduled(until: due))
            }
            let last = try await log.submit(other, on: terms)
            #expect(last.replaced == first.id)
            #expect(try await log.state(last.id).phase == .scheduled(until: start + .seconds(25)))
            #expect(
                try await log.events(EventQuery(job: first.id)).map(\.kind) == [
                    "job.enqueued", "job.rescheduled", "job.rescheduled", "job.cancelled",
                ])
            #expect(try await log.log.read { try $0.earliestDue() } == start + .seconds(25))
            try await log.expectFoldedProjections()
        },
    ]
}

extension ConformanceLog {
    /// Enqueues a job under a fresh id, on terms.
    @discardableResult
    fileprivate func submit(_ event: JobEnqueued, on terms: EnqueueTerms) async throws -> Submission {
        let id = newID()
        return try await log.write { transaction in
            let outcome = try transaction.enqueue(event, as: id, on: terms, by: .ana)
            return Submission(id: outcome.state.id, isNew: outcome.isNew, replaced: outcome.replaced)
        }
    }

    /// Enqueues a job under a fresh id.
    fileprivate func submit(_ event: JobEnqueued) async throws -> (id: JobID, isNew: Bool) {
        let id = newID()
        return try await log.write { transaction in
            let (state, isNew) = try transaction.enqueue(event, as: id, by: .ana)
            return (state.id, isNew)
        }
    }
}

extension LogTransaction {
    /// The state of a job, which must be there.
    fileprivate func state(_ job: JobID) throws -> JobState { try demand(try self.job(job)) }
}

/// What became of a request.
private struct Submission: Sendable {
    let id: JobID
    let isNew: Bool
    let replaced: JobID?

    static func == (left: Submission, right: (id: JobID, isNew: Bool)) -> Bool {
        left.id == right.id && left.isNew == right.isNew
    }
}
