import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

@Suite("Who decided what", .timeLimit(.minutes(1)))
struct DecisionTests {
    /// All decisions of a query, page by page.
    private func all(_ query: DecisionQuery, on engine: JobEngine) async throws -> [DecisionRecord] {
        var (query, found) = (query, [DecisionRecord]())
        while true {
            let page = try await engine.decisions(query)
            #expect(try DecisionPage(parsing: page.json) == page)
            found += page.decisions
            guard let next = page.next else { return found }
            #expect(next > query.after)
            query.after = next
        }
    }

    /// A log in which people, a schedule, a worker and an engine did things.
    private func fill(_ desk: StandingDesk) async throws -> JobID {
        let engine = desk.engine
        let job = try await desk.enqueue(EnqueueOptions(budget: JobBudget(limit: 5, unit: "usd")))
        try await engine.steer(.reprioritise(.high, reason: "urgent"), job, by: .person("ana"))
        let gate = WaitKey(.checkpoint, "gate")
        try await desk.work(
            job,
            [
                .openCheckpoint(CheckpointOpened(checkpoint: gate), recorded: nil),
                .wait([.wait(gate, until: nil)], isOver: false),
            ])
        desk.clock.advance(by: .seconds(10_000))
        try await engine.decide(.approve, "gate", of: job, by: .person("bob"), reason: "checked")
        await #expect(throws: (any Error).self) {
            try await engine.decide(.reject, "gate", of: job, by: .person("eve"), reason: "no")
        }
        try await engine.signal("news", .null, to: job, by: .person("bob"))
        try await engine.raiseBudget(of: job, to: 9, by: .person("ana"), reason: "worth it")
        try await engine.configure("mail", QueueLimits(concurrency: 2), by: .person("ana"))
        try await engine.pauseQueue("mail", reason: "lunch", by: .person("ana"))
        try await engine.resumeQueue("mail", by: .person("bob"))
        desk.clock.advance(by: .seconds(10_000))
        try await engine.steer(.cancel(reason: "enough"), job, by: .person("bob"))
        _ = try await engine.enqueue(
            EnqueueRequest(kind: Chore.kind, input: .null, acceptsAnyKind: true), by: .schedule("nightly")
        )
        _ = try await engine.enqueue(
            EnqueueRequest(kind: Chore.kind, input: .null, acceptsAnyKind: true))
        return job
    }

    @Test func `each decision of a person or a schedule is told once, with who, what and why`()
        async throws
    {
        try await StandingDesk.run { desk in
            let job = try await fill(desk)
            let decisions = try await all(DecisionQuery(), on: desk.engine)
            #expect(
                decisions.map { "\($0.actor.id) \($0.kind.rawValue)" } == [
                    "ana job.enqueued", "ana job.reprioritised", "bob checkpoint.decided",
                    "eve checkpoint.refused", "bob signal.received", "ana budget.raised",
                    "ana queue.configured", "ana queue.paused", "bob queue.resumed", "bob job.cancelled",
                    "nightly job.enqueued",
                ])
            #expect(
                decisions.map(\.subject) == [
                    "test.chore", nil, "gate#1", "gate#1", "news#1", nil, "mail", "mail", "mail", nil,
                    "test.chore",
                ])
            #expect(decisions.map(\.detail)[..<6] == ["default", "10", "approve", "reject", nil, "9"])
            #expect(
                decisions.map(\.reason) == [
                    nil, "urgent", "checked", "no", nil, "worth it", nil, "lunch", nil, "enough", nil,
                ])
            #expect(decisions[0].job == job && decisions[6].job == nil)
            let positions = decisions.map(\.position)
            #expect(positions == positions.sorted() && Set(positions).count == positions.count)
        }
    }

    @Test func `filters by actor, job, kind and time, and pages of any size, choose the same`()
        async throws
    {
        try await StandingDesk.run { desk in
            let job = try await fill(desk)
            let every = try await all(DecisionQuery(), on: desk.engine)
            for limit in [1, 2, 3, 500] {
                #expect(try await all(DecisionQuery(limit: limit), on: desk.engine) == every)
                let query = DecisionQuery(actor: "bob", limit: limit)
                #expect(try await all(query, on: desk.engine) == every.filter { $0.actor.id == "bob" })
                let ofJob = DecisionQuery(job: job, limit: limit)
                #expect(try await all(ofJob, on: desk.engine) == every.filter { $0.job == job })
                let kinds = DecisionQuery(kinds: [.queuePaused, .jobStarted], limit: limit)
                #expect(try await all(kinds, on: desk.engine) == every.filter { $0.kind == .queuePaused })
                let moments = Set(every.map(\.at)).sorted()
                for (since, until) in [
                    (moments[1], moments[2]), (moments[2], desk.clock.timestamp + .seconds(1)),
                ] {
                    let timed = DecisionQuery(since: since, until: until, limit: limit)
                    #expect(
                        try await all(timed, on: desk.engine)
                            == every.filter { $0.at >= since && $0.at < until })
                }
            }
            let engines = try await all(DecisionQuery(includesEngines: true), on: desk.engine)
            #expect(engines.count == every.count + 1 && engines.last?.actor.role == .engine)
        }
    }

    @Test func `what was recorded while the clock was set back is found by its time`() async throws {
        let noon = ManualClock.start
        let time = Mutex(noon)
        let engine = try JobEngine(
            InMemoryStore(),
            environment: EngineEnvironment(
                now: { time.withLock { $0 } }, sleep: { _ in }, random: SeededRandom(seed: 1).source()))
        var written: [(at: Timestamp, job: JobID)] = []
        for seconds in [0, 7_000, 5_000, 20_000, 19_999, 40_000] {
            let at = noon + .seconds(seconds)
            time.withLock { $0 = at }
            let request = EnqueueRequest(kind: Chore.kind, input: .null, acceptsAnyKind: true)
            written.append((at, try await engine.enqueue(request, by: .person("ana")).state.id))
        }
        for first in written.map(\.at) {
            for last in written.map(\.at) + [noon + .seconds(99_999)] {
                let query = DecisionQuery(since: first, until: last, limit: 1)
                let expected = written.filter { $0.at >= first && $0.at < last }.map(\.job)
                #expect(try await all(query, on: engine).map(\.job) == expected)
            }
        }
        await engine.close()
    }
}
