import HoldfastCore
import Testing

/// Attempts and lives: errors use attempts up, an explicit retry opens a new life.
struct RetryTests {
    private let thrice = RetryPolicy.exponential(maxAttempts: 3, initial: .seconds(10), jitter: 0.5)

    @Test func `an error is retried after the wait of the policy`() throws {
        let job = try given(.enqueued(retry: thrice), .started())
        let due = job.history.time + .seconds(10)
        let failed = try job.when(worker: .failAttempt(.sample, .byPolicy(random: 0)))
            .then(.attemptFailed(retryAt: due))
        #expect(try failed.phase() == .scheduled(until: due))
        #expect(try failed.state().attempt == 2)
        #expect(try failed.state().life == 1)
        #expect(try failed.state().lastFailure == .sample)
    }

    @Test func `chance lengthens the wait by at most the jitter`() throws {
        let job = try given(.enqueued(retry: thrice), .started())
        try job.when(worker: .failAttempt(.sample, .byPolicy(random: 1)))
            .then(.attemptFailed(retryAt: job.history.time + .seconds(15)))
    }

    @Test func `the wait grows with each failure of the life`() throws {
        let job = try given(.enqueued(retry: thrice), .started(), .attemptFailed(), .started())
        try job.when(worker: .failAttempt(.sample, .byPolicy(random: 0)))
            .then(.attemptFailed(retryAt: job.history.time + .seconds(20)))
    }

    @Test func `the last attempt fails the job`() throws {
        let job = try given(
            .enqueued(retry: thrice), .started(), .attemptFailed(), .started(), .attemptFailed(), .started())
        for verdict in [RetryVerdict.byPolicy(random: 0.5), .at(Situation.due)] {
            let failed = try job.when(worker: .failAttempt(.sample, verdict))
                .then(.failed(cause: .attemptsExhausted))
            let phase = JobPhase.failed(at: job.history.time, failure: .sample, cause: .attemptsExhausted)
            #expect(try failed.phase() == phase)
            #expect(try failed.state().attempt == 3)
            #expect(try failed.state().lastFailure == .sample)
        }
    }

    @Test func `the newest failure is the one that is kept`() throws {
        let last = JobFailure(type: "OtherError", message: "worse", step: StepKey("insert", occurrence: 2))
        let again = try given(.enqueued(retry: thrice), .started(), .attemptFailed(), .started())
        let retried = try again.when(worker: .failAttempt(last, .byPolicy(random: 0))).recorded()
        #expect(try retried.state().lastFailure == last)
        let failed = try again.when(worker: .failAttempt(last, .discard)).recorded()
        #expect(try failed.state().lastFailure == last)
        #expect(try failed.phase() == .failed(at: again.history.time, failure: last, cause: .discarded))
        #expect(try failed.and(.retried()).state().lastFailure == last)
    }

    @Test func `one attempt only means that the first error fails the job`() throws {
        try given(.enqueued(retry: .none), .started())
            .when(worker: .failAttempt(.sample, .byPolicy(random: 0)))
            .then(.failed(cause: .attemptsExhausted))
    }

    @Test func `a discarded error fails the job though attempts are left`() throws {
        try given(.enqueued(retry: thrice), .started()).when(worker: .failAttempt(.sample, .discard))
            .then(.failed(cause: .discarded))
    }

    @Test func `a handler may name the moment of the next attempt`() throws {
        let moment = JobHistory.start + .seconds(86_400)
        let job = try given(.enqueued(retry: thrice), .started())
            .when(worker: .failAttempt(.sample, .at(moment)))
            .then(.attemptFailed(retryAt: moment))
        #expect(try job.phase() == .scheduled(until: moment))
    }

    @Test func `a moment that has passed means at once`() throws {
        let job = try given(.enqueued(retry: thrice), .started())
        let now = job.history.time
        let failed = try job.when(worker: .failAttempt(.sample, .at(now))).then(.attemptFailed(retryAt: now))
        #expect(try failed.phase() == .queued(since: now))
    }

    @Test func `drains, crashes, pauses and snoozes use no attempt up`() throws {
        let job = try given(
            .enqueued(), .started(), .released(startedIn: 2), .started(), .crashed(startedIn: 4), .paused(),
            .unpaused(), .started(), .rescheduled(until: JobHistory.start), .started())
        #expect(try job.state().attempt == 1)
        #expect(try job.state().life == 1)
    }

    @Test(arguments: [JobEvent.completed(), .failed(), .cancelled()])
    func `a retry opens a new life with all its attempts`(ending: JobEvent) throws {
        let ended = try given(.enqueued(retry: thrice), .started(), .attemptFailed(), .started(), ending)
        let reborn = try ended.when(person: .retry(reason: "fixed"))
            .then(.retried(JobRetried(reason: "fixed")))
        #expect(try reborn.phase() == .queued(since: ended.history.time))
        #expect(try reborn.state().life == 2)
        #expect(try reborn.state().attempt == 3)
        #expect(try reborn.state().firstAttemptOfLife == 3)

        let job = try reborn.and(.started())
        let due = job.history.time + .seconds(10)
        let second = try job.when(worker: .failAttempt(.sample, .byPolicy(random: 0)))
            .then(.attemptFailed(retryAt: due))
        #expect(try second.state().attempt == 4)
        try second.at(due).and(.timerFired(due: due), .started(), .attemptFailed(), .started())
            .when(worker: .failAttempt(.sample, .byPolicy(random: 0)))
            .then(.failed(cause: .attemptsExhausted))
    }

    @Test func `a retry that has happened is not repeated`() throws {
        let reborn = try given(.enqueued(), .cancelled(), .retried())
        reborn.when(person: .retry(reason: nil)).thenNothing()
        try reborn.and(.started()).when(person: .retry(reason: nil)).thenNothing()
    }

    @Test func `a new life keeps the recorded steps`() throws {
        let job = try given(
            .enqueued(), .started(), .stepCompleted(StepKey("a")), .failed(), .retried(), .started())
        #expect(try job.state().recordedSteps == 1)
        let recorded = job.history.steps[StepKey("a")]
        #expect(recorded?.isCompleted == true)
        job.when(worker: .startStep(StepKey("a"), recorded: recorded)).then(.stepRecorded(StepKey("a")))
    }

    @Test(arguments: [JobEvent.completed(), .failed(), .cancelled()])
    func `after an ending everything but a retry, a fork and a child's end is refused or nothing`(
        ending: JobEvent
    ) throws {
        let running = try given(.enqueued(), .started())
        let ended = try running.and(ending)
        for sample in CommandSample.allCases where ![.retry, .noteFork, .finishChild].contains(sample) {
            for command in [sample.command(for: ended.history), sample.command(for: running.history)] {
                let outcome = ended.when(command).outcome
                #expect((try? outcome.get().isEmpty) ?? true, "\(command)")
            }
        }
    }
}
