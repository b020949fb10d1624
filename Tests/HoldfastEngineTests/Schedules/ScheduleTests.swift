import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Schedules", .timeLimit(.minutes(1)))
struct ScheduleTests {
    private let start = ManualClock.start

    @Test func `a job is enqueued at the due moment and never before`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let state = try await bench.engine.setChores()
            let due = start + .seconds(30)
            #expect(state.nextDue == due)
            try await bench.clock.timer(at: due)
            bench.clock.advance(to: .init(due + .microseconds(-1)))
            try await bench.settle()
            #expect(try await bench.engine.runs() == [])
            bench.clock.advance(to: .init(due))
            let fired = try await bench.reached(.scheduleFired)
            #expect(fired.at == due)
            let run = try #require(try await bench.engine.runs().first)
            #expect(run.due == due)
            #expect(run.nextDue == start + .seconds(60))
            #expect(try await bench.engine.handle(run.job, as: Chore.self).result() == "tick")
            let history = try await bench.history(of: run.job)
            #expect(history.first?.actor == .schedule("tick"))
            #expect(history.first?.at == due)
        }
    }

    @Test func `it goes on run after run, and by the clock of its zone`() async throws {
        // 2026-10-24T21:30Z: in the night to come clocks in Berlin are set back.
        let clock = ManualClock(at: try #require(Timestamp(rfc3339: "2026-10-24T21:30:00Z")))
        try await TestEngine.runChores(clock: clock) { chore, _ in
            chore.name
        } test: { bench in
            let times = ScheduleTimes.cron("30 2 * * *", zone: "Europe/Berlin")
            try await bench.engine.setChores("nightly", times)
            let expected = ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"].compactMap(
                Timestamp.init(rfc3339:))
            let listing = try await bench.engine.schedule("nightly", next: 2)
            #expect(listing.nextTimes == expected)
            for (index, due) in expected.enumerated() {
                clock.advance(to: .init(due))
                // Whoever sleeps for a minute at most has to be woken.
                try await bench.reached(.scheduleFired, count: index + 1)
            }
            #expect(try await bench.engine.runs().map(\.due) == expected)
        }
    }

    @Test func `what is set again changes nothing, and what is set otherwise replaces it`() async throws {
        try await TestEngine.idle { engine in
            try await engine.setChores()
            let head = try await engine.head()
            try await engine.setChores()
            #expect(try await engine.head() == head)
            try await engine.setChores("tick", .every(.seconds(45)))
            #expect(try await engine.schedules().map(\.state.nextDue) == [start + .seconds(45)])
            #expect(try await engine.scheduleHistory().map(\.actor) == [.person("ana"), .person("ana")])
            let next = try await engine.schedule("tick", next: 3).nextTimes
            #expect(next == [45, 90, 135].map { start + .seconds($0) })
        }
    }

    @Test func `what cannot be a schedule is refused, and nothing is written`() async throws {
        try await TestEngine.idle { engine in
            await #expect(throws: ScheduleRejection.unknownZone("Mars/Olympus_Mons")) {
                try await engine.setChores("tick", .cron("0 3 * * *", zone: "Mars/Olympus_Mons"))
            }
            await #expect(throws: ScheduleRejection.cron(.fieldCount(4))) {
                try await engine.setChores("tick", .cron("0 3 * *"))
            }
            for length in [Duration.zero, .seconds(-1), .milliseconds(1500), .seconds(4_000_000_000)] {
                await #expect(throws: ScheduleRejection.interval(length)) {
                    try await engine.setChores("tick", .every(length))
                }
            }
            await #expect(throws: ScheduleRejection.notBefore) {
                try await engine.setSchedule(
                    "tick", .every(.seconds(1)), enqueues: Chore(), EnqueueOptions(notBefore: start))
            }
            let job = EnqueueRequest(kind: "never.announced", input: .emptyObject)
            await #expect(throws: EnqueueRejection.unknownKind("never.announced")) {
                try await engine.setSchedule(
                    ScheduleRequest(name: "tick", times: .every(.seconds(1)), job: job))
            }
            await #expect(throws: ScheduleRejection.unknownSchedule("tick")) {
                try await engine.removeSchedule("tick")
            }
            let head = try await engine.head()
            #expect(head == .beginning)
        }
    }

    @Test func `paused it enqueues nothing; resumed it goes on with the next moment`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            try await bench.engine.setChores()
            try await bench.clock.timer(at: start + .seconds(30))
            for _ in 1...2 {
                try await bench.engine.pauseSchedule("tick", reason: "lunch", by: .person("ben"))
            }
            #expect(try await bench.engine.schedule("tick").nextTimes == [])
            bench.clock.advance(by: .seconds(75))
            try await bench.settle()
            #expect(try await bench.engine.runs() == [])
            for _ in 1...2 { try await bench.engine.resumeSchedule("tick", by: .person("ben")) }
            try await bench.clock.timer(at: start + .seconds(90))
            bench.clock.advance(to: .init(start + .seconds(90)))
            try await bench.reached(.scheduleFired)
            let history = try await bench.engine.scheduleHistory()
            #expect(
                history.map(\.event.kind) == [
                    .scheduleSet, .schedulePaused, .scheduleSkipped, .scheduleResumed, .scheduleFired,
                ])
            let skip = try #require(try await bench.engine.skips().first)
            #expect(skip.reason == .paused)
            #expect(skip.from == start + .seconds(30))
            #expect(skip.due == start + .seconds(60))
        }
    }

    @Test func `by hand it runs at once, also while paused, and the next moment stays`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            try await bench.engine.setChores()
            try await bench.engine.pauseSchedule("tick")
            let state = try await bench.engine.runScheduleNow("tick", by: .person("ana"))
            let run = try #require(state.lastRun)
            #expect(run.isByHand)
            #expect(state.nextDue == start + .seconds(30))
            #expect(try await bench.engine.handle(run.job, as: Chore.self).result() == "tick")
            let fired = try #require(try await bench.engine.scheduleHistory().last)
            #expect(fired.actor == .person("ana"))
            #expect(try await bench.history(of: run.job).first?.actor == .schedule("tick"))
        }
    }

    @Test func `a removed schedule enqueues nothing, and its jobs stay`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            try await bench.engine.setChores()
            let run = try #require(try await bench.engine.runScheduleNow("tick").lastRun)
            try await bench.engine.removeSchedule("tick", reason: "moved", by: .person("ana"))
            bench.clock.advance(by: .seconds(600))
            #expect(try await bench.engine.handle(run.job, as: Chore.self).result() == "tick")
            try await bench.settle()
            #expect(try await bench.engine.runs().count == 1)
            #expect(try await bench.engine.schedules() == [])
        }
    }

    @Test func `a schedule whose zone this machine does not know holds up no other`() async throws {
        try await TestEngine.runChores { chore, _ in
            chore.name
        } test: { bench in
            let job = JobEnqueued(kind: Chore.kind, input: .inline(JSONText(unchecked: #"{"name":"x"}"#)))
            let definition = ScheduleDefinition(
                timing: .cron(try CronExpression("* * * * *"), zone: "Mars/Olympus_Mons"), job: job)
            // As a machine with other zones would.
            _ = try await bench.engine.log.write {
                try $0.execute(
                    .set(definition, anchored: true), on: "far", by: .person("ana"),
                    zones: { _ in UTCRules() }, newJob: { JobID(high: 1, low: 1) })
            }
            try await bench.engine.setChores("near", .every(.seconds(60)))
            try await bench.clock.timer(at: start + .seconds(60))
            bench.clock.advance(by: .seconds(60))
            try await bench.reached(.scheduleFired)
            try await bench.clock.timer(at: start + .seconds(61))
            #expect(try await bench.engine.runs().map(\.name) == ["near"])
            #expect(try await bench.engine.schedule("far").nextTimes == [start + .seconds(60)])
        }
    }
}
