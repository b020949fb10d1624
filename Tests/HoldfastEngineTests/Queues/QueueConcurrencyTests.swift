import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Concurrency of a queue", .timeLimit(.minutes(1)))
struct QueueConcurrencyTests {
    private static func register(_ engine: JobEngine, gate: Milestone? = nil) {
        engine.register(
            ChoreHandler { chore, _ in
                try await gate?.wait()
                return chore.name
            }, on: "mail", concurrency: 10)
        engine.register(ErrandHandler { _, _ in }, on: "aside")
    }

    @Test func `two engines on one store run three jobs at once where three are allowed`() async throws {
        let (store, clock, gate) = (InMemoryStore(), ManualClock(), Milestone())
        try await TestEngine.run(over: store, clock: clock) {
            Self.register($0, gate: gate)
        } test: { one in
            try await one.engine.configure("mail", QueueLimits(concurrency: 3, perProcess: 2))
            try await TestEngine.run(over: store, clock: clock) {
                Self.register($0, gate: gate)
            } test: { two in
                let jobs = try await one.engine.enqueue(
                    contentsOf: (1...30).map { _ in .chore(on: "mail") })
                try await one.reached(.jobStarted, count: 3)
                // Whoever ran an errand of its own has looked at the mail as well.
                for bench in [one, two] {
                    _ = try await bench.engine.enqueue(Errand(), EnqueueOptions(queue: "aside")).result()
                }
                let held = try await one.engine.queue("mail")
                #expect(held.jobs == [.running: 3, .queued: 27])
                gate.reach()
                try await two.engine.completed(jobs)
            }
            let watch = try await QueueWatch(one.engine.log)
            #expect(watch.most["mail"] == 3)
            #expect(watch.engines.count == 2)
        }
    }

    @Test func `a place that another engine frees is taken`() async throws {
        let (store, clock, gate) = (InMemoryStore(), ManualClock(), Milestone())
        try await TestEngine.run(over: store, clock: clock) {
            $0.register(
                ChoreHandler { chore, _ in
                    try await gate.wait()
                    return chore.name
                }, on: "mail")
        } test: { one in
            try await one.engine.configure("mail", QueueLimits(concurrency: 1))
            let chore = try await one.engine.enqueue(Chore(), EnqueueOptions(queue: "mail"))
            try await one.reached(.jobStarted)
            try await TestEngine.run(over: store, clock: clock) {
                $0.register(ErrandHandler { _, _ in }, on: "mail")
                $0.register(ErrandHandler { _, _ in }, on: "aside")
            } test: { two in
                let errand = try await two.engine.enqueue(Errand(), EnqueueOptions(queue: "mail"))
                _ = try await two.engine.enqueue(Errand(), EnqueueOptions(queue: "aside")).result()
                #expect(try await errand.state().phase.name == .queued)
                gate.reach()
                _ = try await errand.result()
                _ = try await chore.result()
            }
            #expect(try await QueueWatch(one.engine.log).most["mail"] == 1)
        }
    }

    @Test func `a limit of a process counts only the jobs that it runs itself`() async throws {
        let gate = Milestone()
        try await TestEngine.run {
            Self.register($0, gate: gate)
        } test: { bench in
            try await bench.engine.configure("mail", QueueLimits(perProcess: 2))
            let jobs = try await bench.engine.enqueue(contentsOf: (1...9).map { _ in .chore(on: "mail") })
            try await bench.reached(.jobStarted, count: 2)
            _ = try await bench.engine.enqueue(Errand(), EnqueueOptions(queue: "aside")).result()
            #expect(try await bench.engine.queue("mail").jobs == [.running: 2, .queued: 7])
            gate.reach()
            try await bench.engine.completed(jobs)
            #expect(try await QueueWatch(bench.engine.log).most["mail"] == 2)
        }
    }

    @Test func `a limit that is raised or taken away holds at once`() async throws {
        let gate = Milestone()
        try await TestEngine.run {
            Self.register($0, gate: gate)
        } test: { bench in
            let engine = bench.engine
            try await engine.configure("mail", QueueLimits(concurrency: 1))
            let jobs = try await engine.enqueue(contentsOf: (1...8).map { _ in .chore(on: "mail") })
            try await bench.reached(.jobStarted, count: 1)
            try await engine.configure("mail") { $0.concurrency = 3 }
            try await bench.reached(.jobStarted, count: 3)
            try await engine.configure("mail", .none)
            try await bench.reached(.jobStarted, count: 8)
            gate.reach()
            try await engine.completed(jobs)
        }
    }

    @Test func `a job that fails, snoozes or is given back frees its place`() async throws {
        try await TestEngine.run {
            $0.register(
                ChoreHandler { chore, context in
                    if chore.name == "fails", context.attempt == 1 { throw Mishap() }
                    if chore.name == "snoozes" { throw JobOutcome.snooze(for: .seconds(60)) }
                    return chore.name
                }, on: "mail")
        } test: { bench in
            try await bench.engine.configure("mail", QueueLimits(concurrency: 1))
            _ = try await bench.engine.enqueue(
                contentsOf: ["fails", "snoozes"].map { .chore($0, on: "mail") })
            let last = try await bench.engine.enqueue(Chore(), EnqueueOptions(queue: "mail"))
            _ = try await last.result()
            #expect(try await QueueWatch(bench.engine.log).most["mail"] == 1)
        }
    }

    @Test func `a queue that nobody configured writes no rows of queues`() async throws {
        let rows = Trace<Int>()
        let store = FaultyStore(InMemoryStore())
        store.inspectWrites { rows.add($0.queues.count + $0.runningKeys.count) }
        try await TestEngine.run(over: store) {
            Self.register($0)
        } test: { bench in
            try await bench.engine.configure("elsewhere", QueueLimits(concurrency: 1))
            let before = rows.elements.count
            try await bench.engine.completed(
                try await bench.engine.enqueue(contentsOf: (1...20).map { _ in .chore(on: "mail") }))
            #expect(rows.elements[before...].allSatisfy { $0 == 0 })
        }
    }
}
