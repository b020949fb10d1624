// The rules of budgets.
extension JobState {
    /// What follows from a charge: the charge, the warning, the limit that is reached and what it does to the job.
    func decideCharge(_ charge: JobCharge, running: RunningPhase) throws(JobRejection) -> [JobEvent] {
        guard costs.spent[charge.unit] != nil || costs.spent.count < JobCosts.maximumUnits else {
            throw .tooManyUnits
        }
        let total = (costs.spent[charge.unit] ?? .zero) + charge.amount
        var events: [JobEvent] = [
            .budgetCharged(
                BudgetCharged(
                    amount: charge.amount, unit: charge.unit, total: total, step: charge.step,
                    note: charge.note))
        ]
        guard let budget = costs.budget, budget.unit == charge.unit else { return events }
        if !costs.isWarned, budget.isWorthWarning(total) {
            events.append(
                .budgetWarned(BudgetWarned(spent: total, limit: budget.limit, unit: budget.unit)))
        }
        guard total >= budget.limit else { return events }
        // What was said once need not be said again while the job is about to give way.
        if running.pauseRequest != nil, costs.isExhausted { return events }
        let exceeded = BudgetExceeded(
            spent: total, limit: budget.limit, unit: budget.unit, policy: budget.policy)
        return events + [.budgetExceeded(exceeded)] + decideStop(exceeded, charge, running)
    }

    /// What reaching the limit does to the job.
    private func decideStop(_ exceeded: BudgetExceeded, _ charge: JobCharge, _ running: RunningPhase)
        -> [JobEvent]
    {
        switch exceeded.policy {
        case .fail:
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            let spent = "\(exceeded.spent) of \(exceeded.limit) \(exceeded.unit) are spent"
            let failure = JobFailure(type: "BudgetExceeded", message: spent, step: charge.step)
            return [.failed(JobFailed(failure: failure, cause: .discarded))]
        case .pause:
            let request: [JobEvent] =
                running.pauseRequest == nil ? [.paused(JobPaused(reason: JobBudget.pauseReason))] : []
            // The step was paid for: its result is recorded before the job gives way.
            if charge.isInStep { return request }
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            return request + [.leaseReleased(LeaseReleased(token: running.token, reason: "pause"))]
        }
    }

    /// A new limit; a lower one is refused, because what is spent is spent.
    func decideRaise(_ limit: CostAmount, reason: String?) throws(JobRejection) -> [JobEvent] {
        guard let budget = costs.budget else { throw .noBudget }
        guard limit >= budget.limit else { throw .budgetNotRaised(limit: budget.limit) }
        return limit == budget.limit ? [] : [.budgetRaised(BudgetRaised(limit: limit, reason: reason))]
    }

    /// Folds what a job costs.
    mutating func foldBudget(_ event: JobEvent) {
        switch event {
        case .budgetCharged(let charged): costs.spent[charged.unit] = charged.total
        case .budgetWarned: costs.isWarned = true
        case .budgetRaised(let raised):
            costs.budget?.limit = raised.limit
            // Below four fifths of the new limit the warning is due again.
            if let budget = costs.budget, !budget.isWorthWarning(costs.spentOfBudget) {
                costs.isWarned = false
            }
        default: break
        }
    }
}

/// Something that was paid for, as a handler says it.
public struct JobCharge: Hashable, Sendable {
    /// How much.
    public var amount: CostAmount
    /// Of what.
    public var unit: CostUnit
    /// The step in which it was paid, or the charge's own.
    public var step: StepKey?
    /// Whether it was made in the body of a step, which may end before the job is paused.
    public var isInStep: Bool
    /// What it was for, in words for people.
    public var note: String?

    /// Describes a payment.
    public init(
        _ amount: CostAmount, _ unit: CostUnit, step: StepKey? = nil, isInStep: Bool = false,
        note: String? = nil
    ) {
        self.amount = amount
        self.unit = unit
        self.step = step
        self.isInStep = isInStep
        self.note = note
    }
}
