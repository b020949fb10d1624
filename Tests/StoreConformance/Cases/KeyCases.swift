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
    ]
}

extension ConformanceLog {
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
