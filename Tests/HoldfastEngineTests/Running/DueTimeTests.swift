import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@Suite("Due times", .timeLimit(.minutes(1)))
struct DueTimeTests {
    private let start = ManualClock.start

    @Test func `a job never starts before its due time`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let due = start + .seconds(90)
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(notBefore: due))
            // The wall clock may be set at any time, so the engine looks at it once a minute.
            try await bench.clock.timer(at: start + .seconds(60))
            bench.clock.advance(by: .seconds(60))
            try await bench.clock.timer(at: due)
            bench.clock.advance(to: .init(due + .microseconds(-1)))
            try await bench.settle()
            #expect(try await handle.state().phase == .scheduled(until: due))
            bench.clock.advance(to: .init(due))
            _ = try await handle.result()
            let history = try await bench.history(of: handle.id)
            #expect(history.map(\.event.kind) == [.jobEnqueued, .timerFired, .jobStarted, .jobCompleted])
            #expect(history.dropFirst().allSatisfy { $0.at == due })
            #expect(history[1].event == .job(.timerFired(TimerFired(due: due))))
        }
    }

    @Test func `an earlier due time overtakes the one that is waited for`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let late = try await bench.engine.enqueue(
                Chore(name: "late"), EnqueueOptions(notBefore: start + .seconds(9)))
            try await bench.clock.timer(at: start + .seconds(9))
            let early = try await bench.engine.enqueue(
                Chore(name: "early"), EnqueueOptions(notBefore: start + .seconds(4)))
            try await bench.clock.timer(at: start + .seconds(4))
            bench.clock.advance(by: .seconds(4))
            #expect(try await early.result() == "early")
            #expect(try await late.state().phase == .scheduled(until: start + .seconds(9)))
            try await bench.clock.timer(at: start + .seconds(9))
            bench.clock.advance(by: .seconds(5))
            #expect(try await late.result() == "late")
        }
    }

    @Test func `a job that fell due while nothing ran starts once the engine runs`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        var job: JobID?
        try await TestEngine.idle(over: store, clock: clock) { idle in
            let options = EnqueueOptions(notBefore: clock.timestamp + .seconds(5))
            job = try await idle.enqueue(Chore(name: "overdue"), options).id
        }
        clock.advance(by: .seconds(3600))
        let id = try #require(job)
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            let result = try await bench.engine.handle(id, as: Chore.self).result()
            #expect(result == "overdue")
            #expect(
                try await bench.kinds(of: id) == [.jobEnqueued, .timerFired, .jobStarted, .jobCompleted])
        }
    }

    @Test func `a paused job keeps its due time`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let due = start + .seconds(8)
            let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(notBefore: due))
            try await bench.clock.timer(at: due)
            try await bench.engine.steer(.pause(reason: "lunch"), handle.id, by: .person("ana"))
            bench.clock.advance(to: .init(due))
            try await bench.settle()
            #expect(try await handle.state().phase.name == .paused)
            try await bench.engine.steer(.resume(reason: nil), handle.id, by: .person("ana"))
            #expect(try await handle.result() == "chore")
        }
    }

    @Test func `one wait is one sleep, also after earlier ones are over`() async throws {
        let clock = ManualClock()
        let waits = Trace<Duration>()
        let environment = EngineEnvironment(
            now: { clock.timestamp },
            sleep: { wait in
                waits.add(wait)
                try await clock.wait(until: clock.timestamp + wait)
            },
            random: SeededRandom(seed: 1).source())
        try await TestEngine.run(clock: clock, environment: environment) {
            $0.register(ChoreHandler { chore, _ in chore.name })
        } test: { bench in
            for _ in 1...3 {
                let due = clock.timestamp + .seconds(4)
                let handle = try await bench.engine.enqueue(Chore(), EnqueueOptions(notBefore: due))
                try await clock.timer(at: due)
                for _ in 1...20 { try await bench.settle() }
                clock.advance(to: .init(due))
                _ = try await handle.result()
            }
            #expect(waits.elements.count { $0 == .seconds(4) } == 3)
        }
    }
}
