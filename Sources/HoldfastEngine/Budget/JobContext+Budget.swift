public import HoldfastCore
import HoldfastStore

extension JobContext {
    /// The step of this job whose body runs now; nil outside of steps.
    var currentStep: StepKey? {
        guard let scope = JobScope.current, scope.context === self else { return nil }
        return scope.step
    }

    /// Records that something was paid for, and returns once that is durable.
    ///
    /// The money is spent, so the charge is recorded also when it goes beyond the limit. In a step the charge belongs to
    /// that run of the step: a step whose result is recorded never runs again and so is never charged again, and one that
    /// died before may run again, is paid for again and is charged again. Outside of steps a charge is recorded once, as
    /// if it were a step named `charge` of its own: a handler that begins again passes over it. With an `id` it is
    /// recorded once in the life of the job, wherever it is made.
    ///
    /// A charge that reaches the limit stops the job as its budget says. Where that is a pause, and the charge is made in
    /// a step, the step may end first, so that its result, which is paid for, is kept; a further charge in it throws.
    ///
    /// - Parameters:
    ///   - amount: How much. Nothing is recorded when it is zero.
    ///   - unit: Of what, such as `usd`; a job counts in at most 16 units.
    ///   - id: Names the payment, such as the number of an invoice, so that it is recorded once.
    ///   - note: What it was for, in words for people.
    /// - Throws: `BudgetExhausted` when the limit is reached: the job is paused or has failed by then, or is about to be
    ///   paused, and whatever the handler still does is ignored. `CancellationError` when the run is over; `StoreError`.
    public func charge(
        _ amount: CostAmount, _ unit: CostUnit, id: String? = nil, note: String? = nil
    ) async throws {
        let current = currentStep
        // In a step the money is spent already, also when the job is about to give way.
        if current == nil { try checkInterruption() } else if isRetired { throw CancellationError() }
        guard amount > .zero else { return }
        waits.beginCall()
        defer { waits.endCall() }
        var charge = JobCharge(amount, unit, step: current, isInStep: current != nil, note: note)
        if let id {
            guard let name = StepName(rawValue: StepName.paymentPrefix + id) else {
                throw NotRetryable(JSONFieldError(field: "id", expected: TextIdentifierRules.explanation))
            }
            noteAsked(for: name)
            charge.step = current ?? StepKey(name)
            try await record(charge, once: StepKey(name))
        } else if current != nil {
            try await record(charge, once: nil)
        } else {
            let own = try begin("charge")
            defer { end(own) }
            charge.step = own
            try await record(charge, once: own)
        }
    }

    /// What the job has spent and may spend, as it is recorded now.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, `StoreError`.
    public func costs() async throws -> JobCosts {
        let job = job
        guard let state = try await engine.fetch({ try $0.job(job) }) else { throw JobRejection.unknownJob }
        return state.costs
    }

    /// How a charge left the job.
    private enum ChargeEnd: Sendable {
        case within
        /// The limit is reached, and the job gives way when its step has ended.
        case reached
        /// The limit was reached before.
        case beyond(BudgetExceeded)
        /// The run is over.
        case stopped(BudgetExceeded)
    }

    private func record(_ charge: JobCharge, once own: StepKey?) async throws {
        let (job, token, actor) = (job, token, EventActor.worker(worker))
        let end = try await write { transaction -> ChargeEnd in
            if let own {
                if try transaction.step(own, of: job)?.isCompleted == true { return .within }
                let command = WorkCommand.completeStep(own, output: .null, duration: 0, recorded: nil)
                try transaction.execute(.work(token, command), on: job, by: actor)
            }
            let recorded = try transaction.execute(.work(token, .charge(charge)), on: job, by: actor)
            let state = try transaction.job(job)
            for case .job(.budgetExceeded(let exceeded)) in recorded.map(\.event) {
                return state?.leaseToken == token ? .reached : .stopped(exceeded)
            }
            guard let costs = state?.costs, let budget = costs.budget, budget.unit == charge.unit,
                costs.isExhausted
            else { return .within }
            return .beyond(
                BudgetExceeded(
                    spent: costs.spentOfBudget, limit: budget.limit, unit: budget.unit, policy: budget.policy)
            )
        }
        switch end {
        case .within: return
        case .reached: setPausing(true)
        case .beyond(let exceeded):
            setPausing(true)
            // It notes that the run was interrupted, so that its end gives the job back.
            do { try checkInterruption() } catch { throw BudgetExhausted(exceeded) }
        case .stopped(let exceeded):
            retire()
            throw BudgetExhausted(exceeded)
        }
    }
}

/// The limit of what a job may spend is reached, and so its run is over.
public struct BudgetExhausted: PermanentError, Hashable, Sendable, CustomStringConvertible {
    /// What was recorded.
    public let exceeded: BudgetExceeded

    init(_ exceeded: BudgetExceeded) { self.exceeded = exceeded }

    /// One sentence, such as `5.2 of 5 usd are spent`.
    public var description: String { "\(exceeded.spent) of \(exceeded.limit) \(exceeded.unit) are spent" }
}

extension StepName {
    /// What the name of the step begins with that records a payment with an id.
    fileprivate static let paymentPrefix = "charge "

    /// Whether it is the record of a payment with an id.
    ///
    /// A handler does not ask for it again when the step in which it paid has a result.
    var isPayment: Bool { rawValue.hasPrefix(Self.paymentPrefix) }
}
