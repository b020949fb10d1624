import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Pausing a queue", .timeLimit(.minutes(1)))
struct QueuePauseTests {
    private static func register(_ engine: JobEngine) {
        engine.register(ChoreHandler { chore, _ in chore.name }, on: "mail")
        engine.register(ErrandHandler { _, _ in }, on: "aside")
    }

    @Test func `a paused queue starts nothing, and a running job goes on`() async throws {
        let gate = Milestone()
        try await TestEngine.run {
            $0.register(
                ChoreHandler { chore, _ in
                    if chore.name == "first" { try await gate.wait() }
                    return chore.name
                }, on: "mail")
            $0.register(ErrandHandler { _, _ in }, on: "aside")
        } test: { bench in
            let engine = bench.engine
            let first = try await engine.enqueue(Chore(name: "first"), EnqueueOptions(queue: "mail"))
            try await bench.reached(.jobStarted)
            try await engine.pauseQueue("mail", reason: "the relay is down", by: .person("ana"))
            let second = try await engine.enqueue(Chore(name: "second"), EnqueueOptions(queue: "mail"))
            gate.reach()
            #expect(try await first.result() == "first")
            _ = try await engine.enqueue(Errand(), EnqueueOptions(queue: "aside")).result()
            #expect(try await second.state().phase.name == .queued)
            try await engine.resumeQueue("mail", reason: nil, by: .person("ana"))
            #expect(try await second.result() == "second")
        }
    }

    @Test func `a pause survives a restart, and whoever resumes it need not be who runs the jobs`()
        async throws
    {
        let (store, clock) = (InMemoryStore(), ManualClock())
        var job: JobID?
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { bench in
            try await bench.engine.pauseQueue("mail", reason: "audit", by: .person("ana"))
            job = try await bench.engine.enqueue(Chore(), EnqueueOptions(queue: "mail")).id
            store.declareDead(bench.engine.id)
        }
        let id = try #require(job)
        try await TestEngine.run(over: store, clock: clock, register: Self.register) { bench in
            _ = try await bench.engine.enqueue(Errand(), EnqueueOptions(queue: "aside")).result()
            #expect(try await bench.engine.state(of: id).phase.name == .queued)
            let report = try #require(try await bench.engine.queues().first { $0.state.name == "mail" })
            #expect(report.state.pause?.actor == .person("ana"))
            #expect(report.state.pause?.reason == "audit")
            #expect(report.jobs == [.queued: 1])
            try await TestEngine.idle(over: store, clock: clock) { other in
                try await other.resumeQueue("mail", by: .person("bob"))
            }
            #expect(try await bench.engine.handle(id, as: Chore.self).result() == "chore")
        }
    }

    @Test func `repeating a change writes nothing`() async throws {
        try await TestEngine.idle { engine in
            for _ in 1...2 {
                try await engine.configure("mail", QueueLimits(concurrency: 3, weight: 2))
                try await engine.pauseQueue("mail", reason: "lunch", by: .person("ana"))
                #expect(try await engine.head().value == 2)
            }
            for _ in 1...2 {
                try await engine.resumeQueue("mail", by: .person("ana"))
                #expect(try await engine.head().value == 3)
            }
            await #expect(throws: QueueRejection.self) {
                try await engine.configure("mail", QueueLimits(concurrency: 0))
            }
            #expect(try await engine.head().value == 3)
        }
    }
}
