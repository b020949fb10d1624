import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

/// P9 for schedules: what fell due while nothing ran follows the missed-run policy.
@Suite("Schedules over restarts", .timeLimit(.minutes(1)))
struct MissedRunTests {
    private let start = ManualClock.start

    /// Sets a schedule, lets nothing run for an hour and half a minute, and starts an engine.
    private func sleepThrough(
        every seconds: Int = 600, _ missed: MissedRunPolicy, until kind: EventKind, count: Int = 1,
        test: (TestEngine) async throws -> Void
    ) async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await TestEngine.idle(over: store, clock: clock) {
            try await $0.setChores("tick", .every(.seconds(seconds)), missed: missed)
        }
        clock.advance(by: .seconds(3630))
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.reached(kind, count: count)
            try await bench.settle()
            try await test(bench)
            // And from then on it goes its ordinary way.
            let runs = try await bench.engine.runs().count
            let due = start + .seconds((3630 / seconds + 1) * seconds)
            try await bench.clock.timer(at: min(due, clock.timestamp + .seconds(60)))
            bench.clock.advance(to: .init(due))
            try await bench.reached(.scheduleFired, count: runs + 1)
            #expect(try await bench.engine.runs().last?.due == due)
            #expect(try await bench.engine.runs().last?.missedFrom == nil)
        }
    }

    @Test func `once makes one run for all that were missed`() async throws {
        try await sleepThrough(.once, until: .scheduleFired) { bench in
            let runs = try await bench.engine.runs()
            #expect(runs.map(\.due) == [start + .seconds(3600)])
            #expect(runs.first?.missedFrom == start + .seconds(600))
            #expect(runs.first?.nextDue == start + .seconds(4200))
        }
    }

    @Test func `skip makes none, and says which were left out`() async throws {
        try await sleepThrough(.skip, until: .scheduleSkipped) { bench in
            #expect(try await bench.engine.runs() == [])
            let skips = try await bench.engine.skips()
            #expect(skips.map(\.due) == [start + .seconds(3600)])
            #expect(skips.first?.from == start + .seconds(600))
            #expect(skips.first?.reason == .missed)
        }
    }

    @Test func `all makes each of them`() async throws {
        try await sleepThrough(.all, until: .scheduleFired, count: 6) { bench in
            let runs = try await bench.engine.runs()
            #expect(runs.map(\.due) == (1...6).map { start + .seconds(600 * $0) })
        }
    }

    @Test func `all makes the newest hundred of very many`() async throws {
        try await sleepThrough(every: 60 / 4, .all, until: .scheduleFired, count: 100) { bench in
            let runs = try await bench.engine.runs()
            #expect(runs.count == 100)
            #expect(runs.last?.due == start + .seconds(3630))
            #expect(try await bench.engine.skips().map(\.reason) == [.missed])
        }
    }

    @Test func `two engines on one store make each run once`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { first in
            try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
                chore.name
            } test: { second in
                try await first.engine.setChores()
                for round in 1...5 {
                    clock.advance(to: .init(start + .seconds(30 * round)))
                    try await first.reached(.scheduleFired, count: round)
                    try await second.settle()
                    try await first.settle()
                }
                let runs = try await first.engine.runs()
                #expect(runs.map(\.due) == (1...5).map { start + .seconds(30 * $0) })
                #expect(Set(runs.map(\.job)).count == 5)
                #expect(try await first.engine.jobCount() == 15)
            }
        }
    }

    @Test func `a run whose commit is lost is made by whoever comes next, once`() async throws {
        let store = InMemoryStore()
        let clock = ManualClock()
        try await TestEngine.idle(over: store, clock: clock) { try await $0.setChores() }
        clock.advance(by: .seconds(30))
        // The process dies between the run and its commit: neither the run nor its job is there.
        let faulty = FaultyStore(store)
        let dying = try JobEngine(faulty, environment: .testing(clock: clock), logger: TestEngine.quiet)
        let death = StoreError(.closed, operation: "commit", reason: "the process is gone")
        faulty.fail(.commit, with: death)
        await #expect(throws: StoreError.self) {
            _ = try await dying.log.write {
                try $0.execute(
                    .fire(grace: .zero), on: "tick", by: .engine(dying.id), zones: { _ in UTCRules() },
                    newJob: { JobID(high: 7, low: 7) })
            }
        }
        await dying.close()
        try await TestEngine.runChores(over: store, clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.reached(.scheduleFired)
            try await bench.settle()
            #expect(try await bench.engine.runs().map(\.due) == [start + .seconds(30)])
            // The run's job, and the one that settled.
            #expect(try await bench.engine.jobCount() == 2)
        }
    }

    @Test func `a store that fails for a while delays a run and loses none`() async throws {
        let faulty = FaultyStore(InMemoryStore())
        try await TestEngine.runChores(over: faulty) { chore, _ in
            chore.name
        } test: { bench in
            try await bench.engine.setChores()
            try await bench.clock.timer(at: start + .seconds(30))
            faulty.fail(.commit, with: StoreError(.full, operation: "commit", reason: "full"), times: 2)
            try await bench.lettingRetriesPass {
                bench.clock.advance(to: .init(start + .seconds(30)))
                try await bench.reached(.scheduleFired)
            }
            #expect(try await bench.engine.runs().map(\.due) == [start + .seconds(30)])
        }
    }
}
