import HoldfastCore
import Testing

/// What a charge does to a job.
struct BudgetTests {
    /// A job with a limit of 10 that runs.
    private func running(_ policy: JobBudget.Policy = .pause) throws -> JobSpec {
        try given(.enqueued(budget: JobBudget(limit: 10, unit: "usd", policy: policy)), .started())
    }

    private func charged(_ amount: CostAmount, _ total: CostAmount) -> JobEvent {
        .budgetCharged(BudgetCharged(amount: amount, unit: "usd", total: total))
    }

    private func warned(_ spent: CostAmount, of limit: CostAmount = 10) -> JobEvent {
        .budgetWarned(BudgetWarned(spent: spent, limit: limit, unit: "usd"))
    }

    private func exceeded(_ spent: CostAmount, _ policy: JobBudget.Policy = .pause) -> JobEvent {
        .budgetExceeded(BudgetExceeded(spent: spent, limit: 10, unit: "usd", policy: policy))
    }

    @Test func `four fifths warn once, and the limit pauses`() throws {
        let job = try running().when(worker: .charge(JobCharge(7.999999, "usd"))).then(
            charged(7.999999, 7.999999))
        let warnedJob = try job.when(worker: .charge(JobCharge(0.000001, "usd"))).then(
            charged(0.000001, 8), warned(8))
        let further = try warnedJob.when(worker: .charge(JobCharge(1.999999, "usd"))).then(
            charged(1.999999, 9.999999))
        let paused = try further.when(worker: .charge(JobCharge(0.000001, "usd"))).then(
            charged(0.000001, 10), exceeded(10), .paused(reason: "budget"),
            .released(startedIn: 2, reason: "pause"))
        #expect(try paused.state().costs.isExhausted)
        #expect(try paused.phase().name == .paused)
        paused.when(worker: .charge(JobCharge(1, "usd"))).then(.leaseLost)
    }

    @Test func `one charge may pass both marks, and is recorded whole`() throws {
        let paused = try running().when(worker: .charge(JobCharge(25, "usd"))).then(
            charged(25, 25), warned(25), exceeded(25), .paused(reason: "budget"),
            .released(startedIn: 2, reason: "pause"))
        #expect(try paused.state().costs.spentOfBudget == 25)
    }

    @Test func `a charge in a step lets it end, and says once that the limit is reached`() throws {
        let charge = JobCharge(10, "usd", step: StepKey("draft"), isInStep: true)
        let asked = try running().when(worker: .charge(charge)).recorded()
        #expect(asked.history.events.suffix(2).map(\.event.kind) == [.budgetExceeded, .jobPaused])
        #expect(try asked.phase().name == .running)
        let again = try asked.when(worker: .charge(charge)).outcome.get().map(\.kind)
        #expect(again == [.budgetCharged])
        let done = try asked.and(.stepCompleted(StepKey("draft"))).when(worker: .release(reason: "pause"))
            .recorded()
        guard case .paused(let paused) = try done.phase() else {
            Issue.record("the job is \(try done.phase().name)")
            return
        }
        #expect(paused.reason == "budget")
    }

    @Test func `by policy the job fails and gets no further attempt`() throws {
        let failed = try running(.fail).when(worker: .charge(JobCharge(10, "usd", step: StepKey("draft"))))
            .recorded()
        #expect(failed.history.events.suffix(2).map(\.event.kind) == [.budgetExceeded, .jobFailed])
        guard case .failed(_, let failure, .discarded) = try failed.phase() else {
            Issue.record("the job is \(try failed.phase().name)")
            return
        }
        #expect(failure.type == "BudgetExceeded" && failure.step == StepKey("draft"))
        #expect(failure.message == "10 of 10 usd are spent")
    }

    @Test func `what was asked to stop is cancelled rather than paused`() throws {
        try running().and(.cancelRequested(reason: "enough")).when(worker: .charge(JobCharge(10, "usd")))
            .then(
                charged(10, 10), warned(10), exceeded(10), .cancelled(reason: "enough"))
    }

    @Test func `other units are counted and limit nothing`() throws {
        var job = try running().when(worker: .charge(JobCharge(1_000_000, "tokens"))).recorded()
        for number in 1..<JobCosts.maximumUnits {
            job = try job.when(worker: .charge(JobCharge(1, CostUnit(unchecked: "unit \(number)"))))
                .recorded()
        }
        #expect(try job.state().costs.spent["tokens"] == 1_000_000)
        job.when(worker: .charge(JobCharge(1, "usd"))).then(.tooManyUnits)
        try job.when(worker: .charge(JobCharge(1, "tokens"))).then(
            .budgetCharged(BudgetCharged(amount: 1, unit: "tokens", total: 1_000_001)))
        #expect(
            try given(.enqueued(), .started()).when(worker: .charge(JobCharge(1, "usd"))).recorded().phase()
                .name
                == .running)
    }

    @Test func `a limit is raised by a person, and the warning is due again below four fifths`() throws {
        let paused = try running().when(worker: .charge(JobCharge(10, "usd"))).recorded()
        let raise = SteerCommand.raiseBudget(to: 12, reason: nil)
        let little = try paused.when(person: raise).then(.budgetRaised(BudgetRaised(limit: 12)))
        #expect(try little.state().costs.isWarned)
        #expect(try !little.state().costs.isExhausted)
        little.when(person: raise).thenNothing()
        little.when(person: .raiseBudget(to: 11, reason: nil)).then(.budgetNotRaised(limit: 12))
        let much = try little.when(person: .raiseBudget(to: 20, reason: "worth it")).then(
            .budgetRaised(BudgetRaised(limit: 20, reason: "worth it")))
        #expect(try !much.state().costs.isWarned)
        #expect(try much.phase().name == .paused)
        let resumed = try much.when(person: .resume(reason: nil)).then(.unpaused()).and(.started())
        try resumed.when(worker: .charge(JobCharge(6, "usd"))).then(charged(6, 16), warned(16, of: 20))
    }

    @Test func `a job that goes on with a limit that is spent is stopped by its next charge`() throws {
        let again = try running().when(worker: .charge(JobCharge(10, "usd"))).recorded()
            .and(.unpaused(), .started())
        let kinds = try again.when(worker: .charge(JobCharge(1, "usd"))).outcome.get().map(\.kind)
        #expect(kinds == [.budgetCharged, .budgetExceeded, .jobPaused, .leaseReleased])
    }

    @Test func `what was spent stays spent in the next life`() throws {
        let failed = try running(.fail).when(worker: .charge(JobCharge(10, "usd"))).recorded()
        failed.when(person: .raiseBudget(to: 20, reason: nil)).then(.ended(.failed))
        let again = try failed.when(person: .retry(reason: nil)).recorded()
        #expect(try again.state().costs.spentOfBudget == 10)
        #expect(
            try again.when(person: .raiseBudget(to: 20, reason: nil)).recorded().state().costs.budget?.limit
                == 20)
    }

    @Test func `a limit that was never set cannot be raised by an event`() throws {
        let history = try given(.enqueued()).history
        #expect(throws: IllegalTransition.self) {
            try JobState.applying(history.next(.budgetRaised(BudgetRaised(limit: 2))), to: history.state)
        }
    }
}
