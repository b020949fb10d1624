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

    @Test func `a running job is not paused`() throws {
        try given(.enqueued(), .started()).when(person: .pause(reason: nil)).then(.notPossible(in: .running))
    }
}
