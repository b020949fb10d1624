import ArgumentParser
import HoldfastCore

/// What a job may spend.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What the job may spend, such as 5.00.", valueName: "amount"),
        transform: ValueReading.cost)
    var budget: CostAmount?

    @Option(
        help: ArgumentHelp("The unit of the budget (default: usd).", valueName: "unit"),
        transform: ValueReading.name)
    var budgetUnit: CostUnit?

    @Option(
        help: ArgumentHelp(
            "What happens when it is spent: pause or fail (default: pause).", valueName: "policy"),
        transform: ValueReading.budgetPolicy)
    var onBudget: JobBudget.Policy?

    func validate() throws {
        if budget == nil, budgetUnit != nil || onBudget != nil {
            throw ValidationError("--budget-unit and --on-budget need a --budget")
        }
    }

    /// The budget; nil when none is given.
    var chosen: JobBudget? {
        budget.map { JobBudget(limit: $0, unit: budgetUnit ?? "usd", policy: onBudget ?? .pause) }
    }
}
