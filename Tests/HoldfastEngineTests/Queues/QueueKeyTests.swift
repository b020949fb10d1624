import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Limits by key", .timeLimit(.minutes(1)))
struct QueueKeyTests {
    private static func register(_ engine: JobEngine) {
        engine.register(
            ChoreHandler { chore, _ in
                await Task.yield()
                return chore.name
            }, on: "billing", concurrency: 8)
        engine.register(ErrandHandler { _, _ in }, on: "billing", concurrency: 2)
    }

    @Test(arguments: [(UInt64(1), 1), (2, 1), (3, 1), (4, 2), (5, 3)])
    func `two engines never run more jobs of one key than that, and leave none behind`(
        seed: UInt64, perKey: Int
    ) async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var random = SeededRandom(seed: seed)
        let requests = (1...160).map { number -> EnqueueRequest in
            let word = random.next()
            let key = word % 5 == 0 ? nil : LimitKey(unchecked: "customer \(word >> 8 & 3)")
            let priority = [JobPriority.low, .normal, .high][Int(word >> 16 % 3)]
            var request = EnqueueRequest.chore("\(number)", on: "billing", limitKey: key, priority: priority)
            if word >> 24 & 7 == 0 { request.kind = Errand.kind }
            return request
        }
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { one in
            try await one.engine.configure("billing", QueueLimits(perKey: perKey))
            try await TestEngine.run(over: store, clock: clock, register: Self.register) { two in
                for half in [requests[..<80], requests[80...]] {
                    try await two.engine.enqueue(contentsOf: Array(half))
                }
                try await two.reached(.jobCompleted, count: 160)
            }
            let watch = try await QueueWatch(one.engine.log)
            #expect(watch.mostOfKey.values.max() == perKey)
            #expect(watch.mostOfKey.count == 4)
        }
    }

    @Test func `thousands of jobs of a full key are not in the way of others`() async throws {
        let gate = Milestone()
        try await TestEngine.run {
            $0.register(
                ChoreHandler { chore, _ in
                    if chore.name == "first" { try await gate.wait() }
                    return chore.name
                }, on: "billing", concurrency: 8)
        } test: { bench in
            try await bench.engine.configure("billing", QueueLimits(perKey: 1))
            let first = try await bench.engine.enqueue(.chore("first", on: "billing", limitKey: "large"))
            try await bench.reached(.jobStarted)
            let queued = try await bench.engine.enqueue(
                contentsOf: (1...3000).map { _ in
                    .chore(on: "billing", limitKey: "large", priority: .high)
                })
            let small = try await bench.engine.enqueue(
                contentsOf: [.chore(on: "billing", limitKey: "small"), .chore(on: "billing")])
            try await bench.engine.completed(small)
            #expect(try await bench.engine.queue("billing").jobs[.queued] == 3000)
            gate.reach()
            try await bench.engine.completed([first])
            try await bench.engine.completed(Array(queued.prefix(20)))
        }
    }

    @Test func `without a limit per key its jobs are like any others`() async throws {
        let gate = Milestone()
        try await TestEngine.run {
            $0.register(
                ChoreHandler { chore, _ in
                    try await gate.wait()
                    return chore.name
                }, on: "billing", concurrency: 8)
        } test: { bench in
            let jobs = try await bench.engine.enqueue(
                contentsOf: (1...8).map { _ in .chore(on: "billing", limitKey: "large") })
            try await bench.reached(.jobStarted, count: 8)
            gate.reach()
            try await bench.engine.completed(jobs)
        }
    }

    @Test func `a key is freed when its engine dies`() async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var job: JobID?
        try await TestEngine.idle(over: store, clock: clock) { dead in
            try await dead.configure("billing", QueueLimits(concurrency: 1, perKey: 1))
            let jobs = try await dead.enqueue(
                contentsOf: (1...2).map { _ in .chore(on: "billing", limitKey: "large") })
            try await dead.log.write { [id = dead.id] transaction in
                let start = JobCommand.start(worker: "gone", engine: id)
                try transaction.execute(start, on: jobs[0].state.id, by: .worker("gone"))
            }
            job = jobs[1].state.id
            store.declareDead(dead.id)
        }
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { bench in
            let second = try #require(job)
            _ = try await bench.engine.handle(second, as: Chore.self).result()
            #expect(try await QueueWatch(bench.engine.log).most["billing"] == 1)
        }
    }
}
