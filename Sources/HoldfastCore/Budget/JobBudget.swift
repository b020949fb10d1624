/// What a job may spend, and what happens when it has.
public struct JobBudget: Hashable, Sendable {
    /// What happens when the limit is reached.
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        /// The job is paused until somebody raises the limit and lets it go on.
        case pause
        /// The job fails and gets no further attempt.
        case fail
    }

    /// The reason with which a job is paused whose limit is reached.
    public static let pauseReason = "budget"

    /// How much may be spent; the job is stopped once it has spent as much.
    public var limit: CostAmount
    /// What is counted against the limit.
    public var unit: CostUnit
    /// What happens when the limit is reached.
    public var policy: Policy

    /// Sets a limit.
    public init(limit: CostAmount, unit: CostUnit, policy: Policy = .pause) {
        self.limit = limit
        self.unit = unit
        self.policy = policy
    }

    /// Tells whether so much reaches four fifths of the limit, where a warning is due.
    func isWorthWarning(_ total: CostAmount) -> Bool {
        // The largest amount times five fits.
        total.micros * 5 >= limit.micros * 4
    }
}

/// What a job has spent so far, and the limit that is in force.
public struct JobCosts: Hashable, Sendable {
    /// How many units one job may count in.
    public static let maximumUnits = 16

    /// The limit in force; nil when the job may spend anything.
    public internal(set) var budget: JobBudget?
    /// The sum of the charges in each unit.
    public internal(set) var spent: [CostUnit: CostAmount]
    /// Whether the warning at four fifths of the limit in force was given.
    public internal(set) var isWarned: Bool

    /// Puts the values together, such as those read back from the store.
    package init(budget: JobBudget?, spent: [CostUnit: CostAmount] = [:], isWarned: Bool = false) {
        self.budget = budget
        self.spent = spent
        self.isWarned = isWarned
    }

    /// What was spent in the unit of the limit; nothing where there is no limit.
    public var spentOfBudget: CostAmount { budget.flatMap { spent[$0.unit] } ?? .zero }

    /// Whether the limit is reached.
    public var isExhausted: Bool {
        guard let budget else { return false }
        return spentOfBudget >= budget.limit
    }
}
