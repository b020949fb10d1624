import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let claim: [ConformanceCase] = [
        ConformanceCase(.claim, "jobs are claimed by priority, then by age") { log in
            let priorities: [JobPriority] = [.normal, .low, .high, .normal, .high, .low]
            var jobs: [JobID] = []
            for priority in priorities { jobs.append(try await log.enqueue(.sample(priority: priority))) }
            let order = [2, 4, 0, 3, 1, 5].map { jobs[$0] }
            for limit in 1...7 {
                let claimed = try await log.log.write {
                    try $0.queued(.default, kinds: ["sample.job"], limit: limit)
                }
                #expect(claimed == Array(order.prefix(limit)))
            }
        },
        ConformanceCase(
            .claim, "the jobs ahead of one are those of its queue and kind that are taken before it"
        ) {
            log in
            var jobs: [JobID] = []
            for (priority, key) in [
                (JobPriority.normal, nil), (.low, "a"), (.high, "b"), (.normal, "b"), (.high, nil),
                (.low, nil),
            ] as [(JobPriority, LimitKey?)] {
                jobs.append(try await log.enqueue(.sample(priority: priority, limitKey: key)))
            }
            _ = try await log.enqueue(.sample(kind: "other.job", priority: .high))
            _ = try await log.enqueue(.sample(queue: "aside", priority: .high))
            for (job, ahead) in zip(jobs, [2, 4, 0, 3, 1, 5]) {
                let state = try await log.state(job)
                for limit in [1, 3, 9] {
                    let count = try await log.log.read { try $0.queuedAhead(of: state, limit: limit) }
                    #expect(count == min(ahead, limit))
                }
            }
            try await log.start(jobs[2])
            let last = try await log.state(jobs[5])
            #expect(try await log.log.read { try $0.queuedAhead(of: last, limit: 9) } == 4)
        },
        ConformanceCase(.claim, "age is that of the id, not of the moment in which a job became ready") {
            log in
            let delayed = try await log.enqueue(.sample(notBefore: log.clock.timestamp + .seconds(5)))
            let ready = try await log.enqueue()
            log.clock.advance(by: .seconds(5))
            try await log.execute(.fireTimer, on: delayed)
            let claimed = try await log.log.write { try $0.queued(.default, kinds: ["sample.job"], limit: 9) }
            #expect(claimed == [delayed, ready])
        },
        ConformanceCase(.claim, "only jobs of the queue and of known kinds are claimed") { log in
            let first = try await log.enqueue(.sample(kind: "a.kind"))
            _ = try await log.enqueue(.sample(kind: "b.kind"))
            let third = try await log.enqueue(.sample(kind: "c.kind"))
            let aside = try await log.enqueue(.sample(kind: "a.kind", queue: "aside"))
            #expect(
                try await log.log.write { try $0.queued(.default, kinds: ["a.kind", "c.kind"], limit: 9) }
                    == [first, third])
            #expect(
                try await log.log.write { try $0.queued(.default, kinds: ["c.kind", "d.kind"], limit: 1) }
                    == [third])
            #expect(
                try await log.log.write { try $0.queued("aside", kinds: ["a.kind"], limit: 9) } == [aside])
            #expect(try await log.log.write { try $0.queued("nowhere", kinds: ["a.kind"], limit: 9) } == [])
            #expect(try await log.log.write { try $0.queued(.default, kinds: [], limit: 9) } == [])
        },
        ConformanceCase(.claim, "what does not wait for a worker is not claimed, and comes back when it does")
        { log in
            let kinds: Set<JobKind> = ["sample.job"]
            let job = try await log.enqueue()
            @Sendable func claimable() async throws -> [JobID] {
                try await log.log.write { try $0.queued(.default, kinds: kinds, limit: 9) }
            }
            #expect(try await claimable() == [job])
            try await log.execute(.steer(.pause(reason: nil)), on: job)
            #expect(try await claimable() == [])
            try await log.execute(.steer(.resume(reason: nil)), on: job)
            #expect(try await claimable() == [job])
            var token = try await log.start(job)
            #expect(try await claimable() == [])
            try await log.work(.release(reason: "drain"), on: job, token)
            #expect(try await claimable() == [job])
            token = try await log.start(job)
            try await log.work(.failAttempt(.sample, .byPolicy(random: 0)), on: job, token)
            #expect(try await claimable() == [])
            log.clock.advance(by: .seconds(10))
            try await log.execute(.fireTimer, on: job)
            #expect(try await claimable() == [job])
            try await log.execute(.steer(.cancel(reason: nil)), on: job)
            #expect(try await claimable() == [])
            try await log.execute(.steer(.retry(reason: nil)), on: job)
            #expect(try await claimable() == [job])
        },
        ConformanceCase(
            .claim, "a claim sees jobs of its own transaction, and not those that were just claimed"
        ) { log in
            let ids = (0..<3).map { _ in log.newID() }
            try await log.log.write { transaction in
                for id in ids { _ = try transaction.enqueue(.sample(), as: id, by: .ana) }
                try demand(try transaction.queued(.default, kinds: ["sample.job"], limit: 9) == ids)
                try transaction.execute(.start(worker: "w", engine: "e"), on: ids[0], by: .ana)
                try demand(
                    try transaction.queued(.default, kinds: ["sample.job"], limit: 9) == Array(ids[1...]))
            }
        },
        ConformanceCase(.claim, "claimers at once never get the same job") { log in
            var jobs: [JobID] = []
            for _ in 0..<40 { jobs.append(try await log.enqueue()) }
            let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for number in 0..<8 {
                    let worker = WorkerID(unchecked: "worker-\(number)")
                    group.addTask { try await log.claimAll(as: worker) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 40)
            #expect(Set(claimed) == Set(jobs))
            #expect(try await log.events(EventQuery(kinds: [.jobStarted])).count == 40)
            #expect(try await log.log.read { try $0.leases().count } == 40)
        },
        ConformanceCase(.claim, "a job that is claimed already cannot be started") { log in
            let job = try await log.enqueue()
            _ = try await log.start(job)
            await #expect(throws: JobRejection.notPossible(in: .running)) { _ = try await log.start(job) }
        },
    ]

    static let due: [ConformanceCase] = [
        ConformanceCase(.due, "jobs come due the earliest first and never early") { log in
            let start = log.clock.timestamp
            var jobs: [JobID] = []
            for wait in [30, 10, 20] {
                jobs.append(try await log.enqueue(.sample(notBefore: start + .seconds(wait))))
            }
            _ = try await log.enqueue()
            #expect(try await log.log.read { try $0.earliestDue() } == start + .seconds(10))
            log.clock.advance(by: .microseconds(9_999_999))
            #expect(try await log.log.write { try $0.due(limit: 9) } == [])
            #expect(try await log.execute(.fireTimer, on: jobs[1]) == [])
            log.clock.advance(by: .microseconds(1))
            #expect(try await log.log.write { try $0.due(limit: 9) } == [jobs[1]])
            log.clock.advance(by: .seconds(60))
            #expect(try await log.log.write { try $0.due(limit: 9) } == [jobs[1], jobs[2], jobs[0]])
            #expect(try await log.log.write { try $0.due(limit: 2) } == [jobs[1], jobs[2]])
            try await log.execute(.fireTimer, on: jobs[1])
            #expect(try await log.log.write { try $0.due(limit: 9) } == [jobs[2], jobs[0]])
            #expect(try await log.log.read { try $0.earliestDue() } == start + .seconds(20))
        },
        ConformanceCase(.due, "whoever is paused or ended is not due; resumed it is due as before") { log in
            let moment = log.clock.timestamp + .seconds(10)
            let job = try await log.enqueue(.sample(notBefore: moment))
            try await log.execute(.steer(.pause(reason: nil)), on: job)
            #expect(try await log.log.read { try $0.earliestDue() } == nil)
            try await log.execute(.steer(.resume(reason: nil)), on: job)
            #expect(try await log.log.read { try $0.earliestDue() } == moment)
            try await log.execute(.steer(.cancel(reason: nil)), on: job)
            log.clock.advance(by: .seconds(60))
            #expect(try await log.log.write { try $0.due(limit: 9) } == [])
            #expect(try await log.log.read { try $0.earliestDue() } == nil)
        },
        ConformanceCase(.due, "a failed attempt and a snooze set the next due time") { log in
            let job = try await log.enqueue()
            var token = try await log.start(job)
            try await log.work(.failAttempt(.sample, .byPolicy(random: 0)), on: job, token)
            #expect(try await log.log.read { try $0.earliestDue() } == log.clock.timestamp + .seconds(10))
            log.clock.advance(by: .seconds(10))
            try await log.execute(.fireTimer, on: job)
            token = try await log.start(job)
            let until = log.clock.timestamp + .seconds(7)
            try await log.work(.snooze(until: until, reason: "later"), on: job, token)
            #expect(try await log.log.read { try $0.earliestDue() } == until)
        },
    ]
}

extension ConformanceLog {
    /// Claims three jobs at a time until none is left.
    fileprivate func claimAll(as worker: WorkerID) async throws -> [JobID] {
        var all: [JobID] = []
        while true {
            let claimed = try await log.write { transaction in
                let jobs = try transaction.queued(.default, kinds: ["sample.job"], limit: 3)
                for job in jobs {
                    try transaction.execute(
                        .start(worker: worker, engine: "engine-1"), on: job, by: .worker(worker))
                }
                return jobs
            }
            if claimed.isEmpty { return all }
            all += claimed
        }
    }
}
