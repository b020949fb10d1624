import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

extension ConformanceCase {
    static let queue: [ConformanceCase] = [
        ConformanceCase(.queue, "limits and pauses are kept, and a repetition writes nothing") { log in
            let limits = QueueLimits(
                concurrency: 3, perProcess: 2, rate: QueueRate(100, per: .seconds(1)), weight: 7, perKey: 1)
            for _ in 1...2 {
                try await log.change(.configure(limits), "mail")
                try await log.change(.pause(reason: "the relay is down"), "mail")
                #expect(try await log.head().value == 2)
            }
            let pause = QueuePause(actor: .ana, reason: "the relay is down", at: log.clock.timestamp)
            let expected = QueueState(name: "mail", limits: limits, pause: pause)
            #expect(try await log.log.read { try $0.queues() } == [expected])
            #expect(try await log.openAgain().read { try $0.queues() } == [expected])
            try await log.change(.resume(reason: nil), "mail")
            try await log.change(.resume(reason: nil), "mail")
            try await log.change(.resume(reason: nil), "never paused")
            #expect(try await log.head().value == 3)
            #expect(try await log.log.read { try $0.queues() } == [QueueState(name: "mail", limits: limits)])
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.queue, "a change by another process is seen by the next transaction") { log in
            let other = try log.openAgain()
            #expect(try await log.log.write { try $0.queue("mail") } == nil)
            try await other.write { transaction in
                _ = try transaction.execute(.configure(QueueLimits(concurrency: 3)), on: "mail", by: .ana)
            }
            #expect(try await log.log.write { try $0.queue("mail")?.limits.concurrency } == 3)
            try await log.change(.configure(QueueLimits(concurrency: 4)), "mail")
            #expect(try await other.write { try $0.queue("mail")?.limits.concurrency } == 4)
        },
        ConformanceCase(.queue, "running jobs are counted with those of the same transaction") { log in
            let key = QueueKey(queue: .default, key: "a")
            let jobs = try await log.enqueueKeyed(["a", "a", nil, "b"])
            let token = try await log.start(jobs[0])
            try await log.log.write { transaction in
                try transaction.execute(.start(worker: "w", engine: "e"), on: jobs[1], by: .ana)
                try transaction.execute(.start(worker: "w", engine: "e"), on: jobs[2], by: .ana)
                try demand(try transaction.runningJobs(of: key) == 2)
                try demand(try transaction.runningJobs(in: .default) == 3)
                _ = try transaction.due(limit: 1)
                try demand(try transaction.runningJobs(of: key) == 2)
                try demand(try transaction.runningJobs(in: .default) == 3)
            }
            try await log.work(.release(reason: "drain"), on: jobs[0], token)
            #expect(try await log.log.write { try $0.runningJobs(of: key) } == 1)
            #expect(try await log.log.write { try $0.runningJobs(in: .default) } == 2)
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.queue, "each start moves the rate of its queue, and of no other one") { log in
            let rate = QueueRate(10, per: .seconds(1))
            try await log.change(.configure(QueueLimits(rate: rate)), .default)
            try await log.change(.configure(QueueLimits(rate: rate)), "aside")
            for _ in 1...3 {
                log.clock.advance(by: .milliseconds(80))
                _ = try await log.start(try await log.enqueue())
            }
            let queues = try await log.log.read { try $0.queues() }
            #expect(queues.map(\.rateDue) == [nil, log.clock.timestamp + .milliseconds(140)])
            try await log.expectFoldedProjections()
        },
        ConformanceCase(.queue, "of each limit key only the first job stands in line, and none of a full one")
        {
            log in
            let jobs = try await log.enqueueKeyed(["a", "a", nil, "b", "a", "c", nil, "b"])
            #expect(try await log.inLine(perKey: 1) == [0, 2, 3, 5, 6].map { jobs[$0] })
            #expect(try await log.inLine(perKey: nil) == jobs)
            #expect(try await log.inLine(perKey: 1, limit: 2) == [jobs[0], jobs[2]])
            let token = try await log.start(jobs[0])
            _ = try await log.start(jobs[5])
            #expect(try await log.inLine(perKey: 1) == [2, 3, 6].map { jobs[$0] })
            #expect(try await log.inLine(perKey: 2) == [1, 2, 3, 6].map { jobs[$0] })
            try await log.work(.complete(output: .null), on: jobs[0], token)
            #expect(try await log.inLine(perKey: 1) == [1, 2, 3, 6].map { jobs[$0] })
            try await log.execute(.steer(.cancel(reason: nil)), on: jobs[1])
            try await log.execute(.steer(.pause(reason: nil)), on: jobs[3])
            #expect(try await log.inLine(perKey: 1) == [2, 4, 6, 7].map { jobs[$0] })
            try await log.execute(.steer(.resume(reason: nil)), on: jobs[3])
            #expect(try await log.inLine(perKey: 1) == [2, 3, 4, 6].map { jobs[$0] })
        },
        ConformanceCase(.queue, "priority goes before age, also among the first of their limit keys") { log in
            let low = try await log.enqueue(.sample(priority: .low, limitKey: "a"))
            let other = try await log.enqueue(.sample(kind: "other.job", limitKey: "a"))
            let high = try await log.enqueue(.sample(priority: .high, limitKey: "a"))
            let plain = try await log.enqueue()
            let kinds: Set<JobKind> = ["sample.job", "other.job"]
            @Sendable func inLine() async throws -> [JobID] {
                try await log.log.write { try $0.queued(.default, kinds: kinds, perKey: 1, limit: 9) }
            }
            // Another kind has a first one of its own: who takes only that kind must find it.
            #expect(try await inLine() == [high, other, plain])
            try await log.execute(.steer(.cancel(reason: nil)), on: high)
            #expect(try await inLine() == [other, plain, low])
        },
        ConformanceCase(.queue, "a queue's rows go with a command that throws") { log in
            let job = try await log.enqueue(.sample(limitKey: "a"))
            try await log.change(.configure(QueueLimits(rate: QueueRate(10, per: .seconds(1)))), .default)
            let before = try await log.log.read { try $0.queues() }
            for asksFirst in [false, true] {
                await #expect(throws: CancellationError.self) {
                    try await log.log.write { transaction in
                        try transaction.execute(.pause(reason: nil), on: .default, by: .ana)
                        try transaction.execute(.start(worker: "w", engine: "e"), on: job, by: .ana)
                        if asksFirst { _ = try transaction.due(limit: 1) }
                        throw CancellationError()
                    }
                }
                #expect(try await log.log.read { try $0.queues() } == before)
                #expect(try await log.log.write { try $0.queue(.default) } == before.first)
                #expect(try await log.inLine(perKey: 1) == [job])
                try await log.expectFoldedProjections()
            }
        },
    ]
}

extension ConformanceLog {
    fileprivate func change(_ command: QueueCommand, _ queue: QueueName) async throws {
        try await log.write { _ = try $0.execute(command, on: queue, by: .ana) }
    }

    /// Begins a job for each limit key.
    fileprivate func enqueueKeyed(_ keys: [LimitKey?]) async throws -> [JobID] {
        var jobs: [JobID] = []
        for key in keys { jobs.append(try await enqueue(.sample(limitKey: key))) }
        return jobs
    }

    fileprivate func inLine(perKey: Int?, limit: Int = 99) async throws -> [JobID] {
        try await log.write {
            try $0.queued(.default, kinds: ["sample.job"], perKey: perKey, limit: limit)
        }
    }
}
