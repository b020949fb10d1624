import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

@Suite("Running jobs", .timeLimit(.minutes(1)))
struct RunningTests {
    @Test func `a job runs to its end, and its result comes back`() async throws {
        try await TestEngine.runChores { chore, context in
            let count = try await context.step("count") { chore.name.count }
            return "\(chore.name) has \(count) letters"
        } test: { bench in
            let handle = try await bench.engine.enqueue(Chore(name: "sweep"))
            #expect(try await handle.result() == "sweep has 5 letters")
            let state = try await handle.state()
            #expect(state.phase == .completed(at: bench.clock.timestamp))
            #expect(state.attempt == 1)
            #expect(state.recordedSteps == 1)
            let history = try await bench.history(of: handle.id)
            #expect(
                history.map(\.event.kind)
                    == [.jobEnqueued, .jobStarted, .stepStarted, .stepCompleted, .jobCompleted])
            #expect(
                history.map(\.actor)
                    == [.engine(bench.engine.id)]
                    + Array(repeating: .worker("worker/default"), count: 4))
            #expect(history.map(\.version) == [1, 2, 3, 4, 5])
        }
    }

    @Test func `a job without an output gives the empty one`() async throws {
        try await TestEngine.run {
            $0.register(ErrandHandler { _, _ in })
        } test: { bench in
            let output = try await bench.engine.enqueue(Errand()).result()
            #expect(output == NoOutput())
        }
    }

    @Test func `a job that comes while the engine is idle starts without any time passing`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            for name in ["first", "second", "third"] {
                let result = try await bench.engine.enqueue(Chore(name: name)).result()
                #expect(result == name)
            }
            #expect(bench.clock.timestamp == ManualClock.start)
        }
    }

    @Test func `a job that another engine enqueued is noticed and run`() async throws {
        let store = InMemoryStore()
        try await TestEngine.runChores(over: store) { chore, _ in
            chore.name
        } test: { bench in
            try await TestEngine.idle(over: store, clock: bench.clock) { other in
                let handle = try await other.enqueue(Chore(name: "from afar"))
                #expect(try await handle.result() == "from afar")
            }
        }
    }

    @Test func `jobs of higher priority run first, and among equals the older ones`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await TestEngine.idle(over: store, clock: clock) { idle in
            let chores: [(String, JobPriority)] = [
                ("low", .low), ("normal 1", .normal), ("normal 2", .normal), ("high", .high),
            ]
            for (name, priority) in chores {
                try await idle.enqueue(Chore(name: name), EnqueueOptions(priority: priority))
            }
        }
        let order = Trace<String>()
        try await TestEngine.runChores(over: store, clock: clock, concurrency: 1) { chore, _ in
            order.add(chore.name)
            return chore.name
        } test: { bench in
            try await bench.reached(.jobCompleted, count: 4)
            #expect(order.elements == ["high", "normal 1", "normal 2", "low"])
        }
    }

    @Test func `a job whose kind has no handler here waits`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let errand = try await bench.engine.enqueue(Errand())
            try await bench.settle()
            #expect(try await errand.state().phase == .queued(since: ManualClock.start))
        }
    }

    @Test func `workers join with their kinds and leave`() async throws {
        let store = InMemoryStore()
        try await TestEngine.run(over: store) { engine in
            engine.register(ChoreHandler { chore, _ in chore.name })
            engine.register(ErrandHandler { _, _ in }, on: "errands")
        } test: { bench in
            try await bench.stop()
            #expect(bench.engine.health == .draining)
            let events = try await bench.engine.log.read { try $0.events(EventQuery()).events }
            #expect(
                events.map(\.kind)
                    == [.engineWorkerJoined, .engineWorkerJoined, .engineWorkerLeft, .engineWorkerLeft].map(
                        \EventKind.rawValue))
            #expect(try await bench.engine.log.read { try $0.announcedKinds() } == [Chore.kind, Errand.kind])
        }
    }
}
