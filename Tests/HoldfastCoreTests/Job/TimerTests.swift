import HoldfastCore
import Testing

/// Due times (P9): kept in the log and never early.
struct TimerTests {
    private let due = Situation.due
    private let instant = Duration.microseconds(1)

    @Test func `a delayed job waits for its due time`() throws {
        let job = try given(.enqueued(notBefore: due))
        #expect(try job.phase() == .scheduled(until: due))
        job.when(.start()).then(.notPossible(in: .scheduled))
    }

    @Test func `a due time that is not ahead means at once`() throws {
        let now = JobHistory.start
        #expect(try given(.enqueued(notBefore: now)).phase() == .queued(since: now))
        #expect(try given(.enqueued(notBefore: Timestamp(microseconds: 0))).phase() == .queued(since: now))
        #expect(try given(.enqueued(notBefore: now + instant)).phase() == .scheduled(until: now + instant))
    }

    @Test func `a timer does not fire a microsecond early`() throws {
        let job = try given(.enqueued(notBefore: due))
        job.at(Timestamp(microseconds: due.microseconds - 1)).when(.fireTimer).thenNothing()
        job.at(Timestamp(microseconds: .min)).when(.fireTimer).thenNothing()
    }

    @Test func `a timer fires at its due time and later`() throws {
        for moment in [due, due + instant, due + .seconds(86_400)] {
            let fired = try given(.enqueued(notBefore: due)).at(moment).when(.fireTimer)
                .then(.timerFired(due: due))
            #expect(try fired.phase() == .queued(since: moment))
        }
    }

    @Test func `the log is refused when a timer fired early or for another due time`() throws {
        let job = try given(.enqueued(notBefore: due))
        let early = job.at(Timestamp(microseconds: due.microseconds - 1))
        #expect(throws: IllegalTransition.self) { try early.and(.timerFired(due: due)) }
        #expect(throws: IllegalTransition.self) {
            try job.at(due + instant).and(.timerFired(due: due + instant))
        }
    }

    @Test func `a timer fires once`() throws {
        try given(.enqueued(notBefore: due)).at(due).when(.fireTimer).then(.timerFired(due: due))
            .when(.fireTimer).thenNothing()
    }

    @Test func `a timer that nobody waits for any more is nothing`() throws {
        for situation in Situation.allCases where situation != .absent && situation != .scheduled {
            try situation.specification().at(.distantFuture).when(.fireTimer).thenNothing()
        }
    }

    @Test func `a failed attempt and a snooze wait like a delay`() throws {
        let failed = try given(.enqueued(), .started(), .attemptFailed(retryAt: due))
        let snoozed = try given(.enqueued(), .started())
            .when(worker: .snooze(until: due, reason: "rate limit"))
            .then(.rescheduled(JobRescheduled(until: due, reason: "rate limit")))
        for job in [failed, snoozed] {
            #expect(try job.phase() == .scheduled(until: due))
            job.at(Timestamp(microseconds: due.microseconds - 1)).when(.fireTimer).thenNothing()
            try job.at(due).when(.fireTimer).then(.timerFired(due: due))
        }
        #expect(try snoozed.state().attempt == 1)
    }

    @Test func `a snooze to a moment that has passed makes the job ready at once`() throws {
        let job = try given(.enqueued(), .started())
        let moment = JobHistory.start
        let snoozed = try job.when(worker: .snooze(until: moment, reason: nil))
            .then(.rescheduled(until: moment))
        #expect(try snoozed.phase() == .queued(since: job.history.time))
    }
}
