import HoldfastCore
import Testing

/// Pausing keeps a job from starting; resuming gives it back the due time that it had.
struct PauseTests {
    @Test func `a paused job remembers who, when, why and its due time`() throws {
        let ana = EventActor.person("ana")
        let scheduled = try Situation.scheduled.specification()
        let paused = try scheduled.when(person: .pause(reason: "month's end"))
            .then(.paused(reason: "month's end"), by: ana)
        guard case .paused(let phase) = try paused.phase() else {
            Issue.record("the job should be paused")
            return
        }
        #expect(phase.at == scheduled.history.time)
        #expect(phase.actor == ana)
        #expect(phase.reason == "month's end")
        #expect(phase.due == Situation.due)
    }

    @Test func `a job that was ready to run has no due time to go back to`() throws {
        guard case .paused(let phase) = try Situation.paused.specification().phase() else {
            Issue.record("the job should be paused")
            return
        }
        #expect(phase.due == nil)
    }

    @Test func `a resumed job waits for the due time that it had`() throws {
        let job = try Situation.pausedEarly.specification().when(person: .resume(reason: "go"))
            .then(.unpaused(JobUnpaused(reason: "go")))
        #expect(try job.phase() == .scheduled(until: Situation.due))
    }

    @Test func `a job resumed when its due time has passed is ready`() throws {
        let job = try Situation.pausedEarly.specification().at(Situation.due)
        let resumed = try job.when(person: .resume(reason: nil)).then(.unpaused())
        #expect(try resumed.phase() == .queued(since: Situation.due))
    }

    @Test func `a paused job neither starts nor fires`() throws {
        let job = try Situation.pausedEarly.specification().after(.seconds(86_400))
        job.when(.start()).then(.notPossible(in: .paused))
        job.when(.fireTimer).thenNothing()
    }

    @Test func `a later request to pause counts when it leaves less time`() throws {
        let asked = try given(.enqueued(), .started(), .paused(reason: "budget"))
        let deadline = asked.history.time + .seconds(5)
        let tightened = try asked.when(person: .pause(reason: "audit", within: .seconds(5)))
            .then(.paused(JobPaused(reason: "audit", deadline: deadline)))
        #expect(try tightened.state().dueAt == deadline)
        try tightened.when(person: .pause(reason: nil, within: .seconds(5))).thenNothing()
        try tightened.when(person: .pause(reason: nil)).thenNothing()
    }

    @Test func `a running job is asked to pause, and is paused once its worker gives it back`() throws {
        let running = try given(.enqueued(), .started())
        let deadline = running.history.time + .seconds(30)
        let asked = try running.when(person: .pause(reason: "lunch", within: .seconds(30)))
            .then(.paused(JobPaused(reason: "lunch", deadline: deadline)))
        #expect(try asked.phase().name == .running)
        #expect(try asked.state().dueAt == deadline)
        let paused = try asked.when(worker: .release(reason: "pause")).recorded()
        guard case .paused(let phase) = try paused.phase() else {
            Issue.record("\(try paused.phase())")
            return
        }
        #expect(phase.reason == "lunch")
        #expect(phase.actor == .person("ana"))
    }

    @Test func `a worker that does not give way is stopped at the deadline and not before`() throws {
        let asked = try given(.enqueued(), .started())
            .when(person: .pause(reason: nil, within: .seconds(30))).recorded()
        let deadline = try #require(try asked.state().dueAt)
        asked.at(Timestamp(microseconds: deadline.microseconds - 1)).when(.fireTimer).thenNothing()
        let paused = try asked.at(deadline).when(.fireTimer)
            .then(.leaseReleased(LeaseReleased(token: .given(inVersion: 2), reason: "pause")))
        #expect(try paused.phase().name == .paused)
    }

    @Test func `who was asked to stop as well is cancelled at the deadline`() throws {
        let asked = try given(.enqueued(), .started())
            .when(person: .pause(reason: nil, within: .seconds(30))).recorded()
            .when(person: .cancel(reason: "twice", within: .seconds(90))).recorded()
        try asked.after(.seconds(60)).when(.fireTimer).then(.cancelled(reason: "twice"))
    }

    @Test func `a crash of a job that was asked to pause pauses it`() throws {
        let asked = try given(.enqueued(), .started(), .paused())
        let paused = try asked.when(.expire(.given(inVersion: 2), crashLimit: 1))
            .then(.crashed(startedIn: 2))
        #expect(try paused.phase().name == .paused)
    }
}
