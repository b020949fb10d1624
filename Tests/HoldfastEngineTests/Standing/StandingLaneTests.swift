import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("What stands between a job and a worker", .timeLimit(.minutes(1)))
struct StandingLaneTests {
    @Test func `nothing: it starts as soon as a worker has a free place`() async throws {
        try await StandingDesk.run { desk in
            var expected = StandingReason(.ready, since: desk.clock.timestamp)
            expected.worker = "mill/default"
            let job = try await desk.enqueue()
            #expect(try await desk.reasons(of: job) == [expected])
        }
    }

    @Test func `its queue is paused, by whom, when and why`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.engine.pauseQueue(.default, reason: "maintenance", by: .person("bob"))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.queuePaused])
            #expect(reasons.first?.actor == .person("bob"))
            #expect(reasons.first?.reason == "maintenance")
            #expect(reasons.first?.since == desk.clock.timestamp)
            // It will hold others as well, once they could start.
            let later = try await desk.enqueue(EnqueueOptions(notBefore: desk.clock.timestamp + .seconds(9)))
            #expect(try await desk.codes(of: later) == [.delayed, .queuePaused])
        }
    }

    @Test func `all places of its queue are held, by which jobs`() async throws {
        try await StandingDesk.run { desk in
            try await desk.engine.configure(.default, QueueLimits(concurrency: 2))
            let held = [try await desk.enqueue(), try await desk.enqueue()]
            for job in held { try await desk.start(job) }
            // A job that runs in another queue holds none of these places.
            try await desk.start(try await desk.enqueue(EnqueueOptions(queue: "aside")))
            let reasons = try await desk.reasons(of: desk.enqueue())
            #expect(reasons.map(\.code) == [.queueFull])
            #expect(Set(reasons.first?.jobs.map(\.id) ?? []) == Set(held))
            #expect(reasons.first?.count == 2 && reasons.first?.limit == 2)
        }
    }

    @Test func `as many jobs of its limit key run as may`() async throws {
        try await StandingDesk.run { desk in
            try await desk.engine.configure(.default, QueueLimits(perKey: 1))
            let held = try await desk.enqueue(EnqueueOptions(limitKey: "acme"))
            try await desk.start(held)
            let reasons = try await desk.reasons(of: desk.enqueue(EnqueueOptions(limitKey: "acme")))
            #expect(reasons.map(\.code) == [.keyFull])
            #expect(reasons.first?.jobs.map(\.id) == [held])
            #expect(reasons.first?.key == "acme" && reasons.first?.limit == 1)
            let other = try await desk.enqueue(
                EnqueueOptions(priority: .high, limitKey: "another"))
            #expect(try await desk.codes(of: other) == [.ready])
        }
    }

    @Test func `the rate of its queue allows the next start later`() async throws {
        try await StandingDesk.run { desk in
            try await desk.engine.configure(.default, QueueLimits(rate: QueueRate(6, per: .seconds(60))))
            try await desk.start(try await desk.enqueue())
            let reasons = try await desk.reasons(of: desk.enqueue())
            #expect(reasons.map(\.code) == [.rateLimited])
            #expect(reasons.first?.until == desk.clock.timestamp + .seconds(10))
            #expect(reasons.first?.rate == QueueRate(6, per: .seconds(60)))
        }
    }

    @Test func `jobs of higher priority and older ones are taken before it`() async throws {
        try await StandingDesk.run { desk in
            _ = try await desk.enqueue()
            let job = try await desk.enqueue()
            _ = try await desk.enqueue()
            _ = try await desk.enqueue(EnqueueOptions(priority: .high, limitKey: "acme"))
            _ = try await desk.enqueue(EnqueueOptions(queue: "aside", priority: .high))
            _ = try await desk.enqueue(EnqueueOptions(priority: .high), kind: "test.errand")
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.behind])
            #expect(reasons.first?.count == 2 && reasons.first?.isAtLeast == false)
        }
    }

    @Test func `of many jobs before it a thousand are counted`() async throws {
        try await StandingDesk.run { desk in
            let request = EnqueueRequest(kind: Chore.kind, input: .emptyObject, acceptsAnyKind: true)
            try await desk.engine.enqueue(contentsOf: Array(repeating: request, count: 1_100))
            let reason = try #require(try await desk.reasons(of: desk.enqueue()).first)
            #expect(reason.code == .behind && reason.count == 1_000 && reason.isAtLeast)
        }
    }

    @Test func `nobody ever announced its kind, but others`() async throws {
        try await StandingDesk.run { desk in
            let reasons = try await desk.reasons(of: desk.enqueue(kind: "test.typo"))
            #expect(reasons.map(\.code) == [.unknownKind])
            #expect(reasons.first?.kinds == [Chore.kind])
        }
    }

    @Test func `no worker is there, and who was the last`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            desk.clock.advance(by: .seconds(5))
            try await desk.leave("mill/default", engine: "mill-1")
            let left = try await desk.reasons(of: job)
            #expect(left.map(\.code) == [.noWorker])
            #expect(left.first?.worker == "mill/default")
            #expect(left.first?.since == desk.clock.timestamp)
            try await desk.join("mill/default", engine: "mill-2")
            #expect(try await desk.codes(of: job) == [.ready])
            // A process that died could say no farewell.
            desk.store.declareDead("mill-2")
            let died = try await desk.reasons(of: job)
            #expect(died.map(\.code) == [.noWorker])
            #expect(died.first?.worker == "mill/default" && died.first?.since == nil)
        }
        try await StandingDesk.run(hasWorker: false) { desk in
            let reasons = try await desk.reasons(of: desk.enqueue())
            #expect(reasons.map(\.code) == [.unknownKind, .noWorker])
            #expect(reasons.allSatisfy { $0.worker == nil && $0.kinds.isEmpty })
        }
    }

    @Test func `workers run, but none serves its queue`() async throws {
        try await StandingDesk.run { desk in
            try await desk.join("mill/mail", engine: "mill-1", queues: ["mail"], kinds: ["test.errand"])
            let reasons = try await desk.reasons(of: desk.enqueue(EnqueueOptions(queue: "mail")))
            #expect(reasons.map(\.code) == [.unserved])
            #expect(reasons.first?.kinds == ["test.errand"])
            #expect(reasons.first?.queues == [.default])
        }
    }

    @Test func `whoever may see the job alone is not told of others`() async throws {
        try await StandingDesk.run { desk in
            try await desk.engine.configure(.default, QueueLimits(concurrency: 1))
            try await desk.start(try await desk.enqueue())
            let job = try await desk.enqueue()
            try await desk.engine.pauseQueue(.default, reason: "secret", by: .person("bob"))
            let standing = try await desk.engine.standing(of: job).withoutOthers
            #expect(standing.reasons.map(\.code) == [.queuePaused, .queueFull])
            #expect(standing.reasons.map(\.limit) == [nil, 1])
            #expect(standing.reasons.allSatisfy { $0.actor == nil && $0.reason == nil && $0.jobs.isEmpty })
        }
    }
}
