// The `budget.` events: what a job costs.

/// Records that something was paid for.
///
/// The money is spent, so a charge is recorded also when it goes beyond the limit.
public struct BudgetCharged: Hashable, Sendable {
    /// How much.
    public var amount: CostAmount
    /// Of what.
    public var unit: CostUnit
    /// The sum of the job's charges in this unit, with this one.
    public var total: CostAmount
    /// The step in which it was paid; the charge's own where it was made outside of steps.
    public var step: StepKey?
    /// What it was for, in words for people.
    public var note: String?

    /// Puts the event's values together.
    public init(
        amount: CostAmount, unit: CostUnit, total: CostAmount, step: StepKey? = nil, note: String? = nil
    ) {
        self.amount = amount
        self.unit = unit
        self.total = total
        self.step = step
        self.note = note
    }
}

/// Records that four fifths of a limit are spent; once for each limit.
public struct BudgetWarned: Hashable, Sendable {
    /// What was spent.
    public var spent: CostAmount
    /// The limit.
    public var limit: CostAmount
    /// The unit of both.
    public var unit: CostUnit

    /// Puts the event's values together.
    public init(spent: CostAmount, limit: CostAmount, unit: CostUnit) {
        self.spent = spent
        self.limit = limit
        self.unit = unit
    }
}

/// Records that a limit is reached, and what follows from that.
public struct BudgetExceeded: Hashable, Sendable {
    /// What was spent.
    public var spent: CostAmount
    /// The limit.
    public var limit: CostAmount
    /// The unit of both.
    public var unit: CostUnit
    /// Whether the job is paused or fails.
    public var policy: JobBudget.Policy

    /// Puts the event's values together.
    public init(spent: CostAmount, limit: CostAmount, unit: CostUnit, policy: JobBudget.Policy) {
        self.spent = spent
        self.limit = limit
        self.unit = unit
        self.policy = policy
    }
}

/// Records that somebody raised a limit.
///
/// It does not let a paused job go on.
public struct BudgetRaised: Hashable, Sendable {
    /// The new limit.
    public var limit: CostAmount
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(limit: CostAmount, reason: String? = nil) {
        self.limit = limit
        self.reason = reason
    }
}
