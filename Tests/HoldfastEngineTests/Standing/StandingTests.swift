import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Why a job is where it is", .timeLimit(.minutes(1)))
struct StandingTests {
    private let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("dial"))

    @Test func `a job that nobody knows has no standing`() async throws {
        try await StandingDesk.run { desk in
            await #expect(throws: JobRejection.unknownJob) {
                try await desk.engine.standing(of: JobID(high: 1, low: 2))
            }
        }
    }

    // MARK: - The life is over

    @Test func `completed`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.work(job, .complete(output: .null))
            #expect(
                try await desk.reasons(of: job) == [StandingReason(.completed, since: desk.clock.timestamp)])
        }
    }

    @Test func `failed in its last attempt`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue(
                EnqueueOptions(retry: RetryPolicy(maxAttempts: 1, backoff: .none)))
            try await desk.work(job, .failAttempt(failure, .byPolicy(random: 0)))
            let reason = try #require(try await desk.reasons(of: job).first)
            #expect(reason.code == .failed)
            #expect(reason.since == desk.clock.timestamp)
            #expect(reason.failure == failure)
            #expect(reason.step == StepKey("dial"))
            #expect(reason.cause == .attemptsExhausted)
            #expect([reason.attempt, reason.attempts] == [1, 1])
        }
    }

    @Test func `cancelled by somebody for a reason`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.engine.steer(.cancel(reason: "not needed"), job, by: .person("bob"))
            let reason = try #require(try await desk.reasons(of: job).first)
            #expect(reason.code == .cancelled)
            #expect(reason.actor == .person("bob"))
            #expect(reason.reason == "not needed")
        }
    }

    @Test func `redacted, so that nothing can follow`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.engine.steer(.cancel(reason: "not needed"), job, by: .person("bob"))
            _ = try await desk.engine.redact(RedactionSelection([job]))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.cancelled, .redacted])
            #expect(reasons.first?.reason == nil)
        }
    }

    // MARK: - It has a due time

    @Test func `delayed when it was enqueued`() async throws {
        try await StandingDesk.run { desk in
            let due = desk.clock.timestamp + .seconds(60)
            let job = try await desk.enqueue(EnqueueOptions(notBefore: due))
            var expected = StandingReason(.delayed, since: desk.clock.timestamp, until: due)
            expected.actor = .person("ana")
            #expect(try await desk.reasons(of: job) == [expected])
        }
    }

    @Test func `due, and nobody has looked`() async throws {
        try await StandingDesk.run { desk in
            let due = desk.clock.timestamp + .seconds(60)
            let job = try await desk.enqueue(EnqueueOptions(notBefore: due))
            try await desk.leave("mill/default", engine: "mill-1")
            desk.clock.advance(by: .seconds(61))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.due, .delayed, .noWorker])
            #expect(reasons.first?.since == due)
        }
    }

    @Test func `after an error it awaits its next attempt`() async throws {
        try await StandingDesk.run { desk in
            let retry = RetryPolicy(maxAttempts: 3, backoff: .constant(.seconds(20)), jitter: 0)
            let job = try await desk.enqueue(EnqueueOptions(retry: retry))
            try await desk.work(job, .failAttempt(failure, .byPolicy(random: 0)))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.awaitsRetry])
            let reason = try #require(reasons.first)
            #expect(reason.until == desk.clock.timestamp + .seconds(20))
            #expect(reason.failure == failure)
            #expect([reason.attempt, reason.attempts] == [1, 3])
        }
    }

    @Test func `put off by its handler, and moved by a person`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            let first = desk.clock.timestamp + .seconds(60)
            try await desk.work(job, .snooze(until: first, reason: "the bank is closed"))
            let snoozed = try #require(try await desk.reasons(of: job).first)
            #expect(snoozed.code == .snoozed && snoozed.until == first)
            #expect(snoozed.reason == "the bank is closed")
            let second = desk.clock.timestamp + .seconds(90)
            try await desk.engine.steer(.reschedule(second, reason: "later"), job, by: .person("bob"))
            let moved = try #require(try await desk.reasons(of: job).first)
            #expect(moved.code == .rescheduled && moved.until == second)
            #expect(moved.actor == .person("bob"))
        }
    }

    @Test func `gathering repeats of its request`() async throws {
        try await StandingDesk.run { desk in
            let options = EnqueueOptions(key: "page 7", debounce: Debounce(.seconds(30)))
            let job = try await desk.enqueue(options)
            #expect(try await desk.codes(of: job) == [.debounced])
            desk.clock.advance(by: .seconds(10))
            #expect(try await desk.enqueue(options) == job)
            let reason = try #require(try await desk.reasons(of: job).first)
            #expect(reason.code == .debounced)
            #expect(reason.until == desk.clock.timestamp + .seconds(30))
        }
    }

    // MARK: - Somebody has to let it go on

    @Test func `paused by a person`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            try await desk.engine.steer(.pause(reason: "lunch"), job, by: .person("bob"))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.paused])
            #expect(reasons.first?.actor == .person("bob"))
            #expect(reasons.first?.reason == "lunch")
        }
    }

    @Test func `paused after crashes in a row`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue()
            for _ in 1...2 {
                let token = try await desk.start(job)
                try await desk.engine.log.write { transaction in
                    _ = try transaction.execute(
                        .expireLease(token, .processDied, crashLimit: 2), on: job, by: .engine("other"))
                }
            }
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.crashed])
            #expect(reasons.first?.count == 2)
        }
    }

    @Test func `paused because its budget is spent`() async throws {
        try await StandingDesk.run { desk in
            let job = try await desk.enqueue(EnqueueOptions(budget: JobBudget(limit: 5, unit: "usd")))
            try await desk.work(job, .charge(JobCharge(5.5, "usd")))
            let reasons = try await desk.reasons(of: job)
            #expect(reasons.map(\.code) == [.budgetExhausted])
            #expect(reasons.first?.spent == 5.5)
            #expect(reasons.first?.budget?.limit == 5)
        }
    }
}
