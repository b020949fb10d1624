import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Weights of queues", .timeLimit(.minutes(1)))
struct QueueWeightTests {
    private static func register(_ engine: JobEngine) {
        for queue in ["heavy", "light", "other"] as [QueueName] {
            engine.register(ChoreHandler { chore, _ in chore.name }, on: queue, concurrency: 100)
        }
    }

    private func run(_ test: (TestEngine) async throws -> Void) async throws {
        try await TestEngine.run {
            $0.maxRunningJobs = 4
        } register: {
            Self.register($0)
        } test: { bench in
            try await bench.engine.configure("heavy", QueueLimits(weight: 3))
            try await test(bench)
        }
    }

    @Test func `a pair of queues of weights three to one shares the process three to one`() async throws {
        try await run { bench in
            let jobs = try await bench.engine.enqueue(
                contentsOf: (1...400).flatMap { _ in [.chore(on: "heavy"), .chore(on: "light")] })
            try await bench.engine.completed(jobs)
            let starts = try await QueueWatch(bench.engine.log).starts
            let shared = starts.prefix(400)
            let heavy = shared.count { $0 == "heavy" }
            #expect((270...330).contains(heavy), "\(heavy) of 400")
            // Nobody starves: the light queue has its turn within any few starts.
            for start in stride(from: 0, to: 390, by: 10) {
                #expect(shared[start..<start + 10].contains("light"))
            }
        }
    }

    @Test func `a queue that had nothing to run saves up no credit`() async throws {
        try await run { bench in
            let before = try await bench.engine.enqueue(contentsOf: (1...60).map { _ in .chore(on: "light") })
            try await bench.engine.completed(before)
            let jobs = try await bench.engine.enqueue(
                contentsOf: (1...100).flatMap { _ in [.chore(on: "heavy"), .chore(on: "light")] })
            try await bench.engine.completed(jobs)
            let starts = try await QueueWatch(bench.engine.log).starts.dropFirst(60)
            let heavy = starts.prefix(100).count { $0 == "heavy" }
            #expect((68...82).contains(heavy), "\(heavy) of 100")
        }
    }

    @Test func `the process never runs more jobs than it may, over all its queues`() async throws {
        try await run { bench in
            let queues: [QueueName] = ["heavy", "light", "other"]
            let jobs = try await bench.engine.enqueue(
                contentsOf: (1...40).flatMap { _ in queues.map { .chore(on: $0) } })
            try await bench.engine.completed(jobs)
            let events = try await bench.engine.log.read { try $0.events(EventQuery(limit: 10_000)).events }
            var running = 0
            var most = 0
            for event in events {
                if event.kind == "job.started" { running += 1 }
                if event.kind == "job.completed" { running -= 1 }
                most = max(most, running)
            }
            #expect(most == 4)
        }
    }
}
