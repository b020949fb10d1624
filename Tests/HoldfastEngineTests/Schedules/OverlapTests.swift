import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Schedules whose last job is unfinished", .timeLimit(.minutes(1)))
struct OverlapTests {
    private let start = ManualClock.start

    /// Lets a schedule fall due three times while its first job is held, then lets that job go on.
    private func run(
        _ overlap: OverlapPolicy, held: (TestEngine) async throws -> Void,
        released: (TestEngine) async throws -> Void
    ) async throws {
        let gate = Milestone()
        try await TestEngine.runChores { chore, _ in
            try await gate.wait()
            return chore.name
        } test: { bench in
            try await bench.engine.setChores(overlap: overlap)
            for round in 1...3 {
                let due = start + .seconds(30 * round)
                try await bench.clock.timer(at: due)
                bench.clock.advance(to: .init(due))
                try await LogTailer.first(of: bench.engine, after: due)
            }
            try await held(bench)
            gate.reach()
            try await released(bench)
        }
    }

    @Test func `allowed, each run is made`() async throws {
        try await run(.allow) { bench in
            let runs = try await bench.engine.runs()
            #expect(runs.map(\.due) == [30, 60, 90].map { start + .seconds($0) })
        } released: { _ in
        }
    }

    @Test func `skipping, runs are left out until the job has ended`() async throws {
        try await run(.skip) { bench in
            let runs = try await bench.engine.runs()
            #expect(runs.map(\.due) == [start + .seconds(30)])
            #expect(try await bench.engine.skips().map(\.reason) == [.overlap, .overlap])
        } released: { bench in
            try await bench.reached(.jobCompleted)
            try await bench.clock.timer(at: start + .seconds(120))
            bench.clock.advance(to: .init(start + .seconds(120)))
            try await bench.reached(.scheduleFired, count: 2)
            #expect(try await bench.engine.runs().last?.due == start + .seconds(120))
        }
    }

    @Test func `queueing one, a run waits for the job's end and is made then`() async throws {
        try await run(.queueOne) { bench in
            let kinds = try await bench.engine.scheduleHistory().map(\.event.kind)
            #expect(kinds == [.scheduleSet, .scheduleFired, .scheduleQueued, .scheduleSkipped])
            #expect(try await bench.engine.jobCount() == 1)
            #expect(try await bench.engine.schedule("tick").state.queued?.due == start + .seconds(60))
        } released: { bench in
            try await bench.reached(.scheduleFired, count: 2)
            let run = try #require(try await bench.engine.runs().last)
            #expect(run.due == start + .seconds(60))
            #expect(try await bench.engine.handle(run.job, as: Chore.self).result() == "tick")
            #expect(try await bench.engine.schedule("tick").state.queued == nil)
        }
    }

    @Test func `a run that waited is made after a restart when the job ended meanwhile`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await TestEngine.idle(over: store, clock: clock) { engine in
            try await engine.setChores(overlap: .queueOne)
            let job = try #require(try await engine.runScheduleNow("tick").lastRun?.job)
            clock.advance(by: .seconds(30))
            _ = try await engine.log.write {
                try $0.execute(
                    .fire(grace: .zero), on: "tick", by: .person("ana"), zones: { _ in UTCRules() },
                    newJob: { job })
            }
            #expect(try await engine.schedule("tick").state.waitsFor == job)
            try await engine.steer(.cancel(reason: nil), job, by: .person("ana"))
        }
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.reached(.scheduleFired, count: 2)
            #expect(try await bench.engine.runs().last?.due == start + .seconds(30))
        }
    }
}

extension LogTailer {
    /// Waits for an event of a schedule that was recorded at a moment.
    fileprivate static func first(of engine: JobEngine, after moment: Timestamp) async throws {
        for try await page in LogTailer(engine.log, EventQuery(kinds: EventKind.ofSchedules))
        where page.events.contains(where: { $0.at >= moment }) { return }
    }
}
