import HoldfastCore

extension JobCosts {
    /// What was spent and may be spent, in one line: `4.2 of 5 usd (84 %); 1,200 tokens`; nil where nothing is known.
    var words: String? {
        var parts: [String] = []
        if let budget {
            let share = HumanUnits.percent(spentOfBudget.value / max(budget.limit.value, 1e-6))
            let end = isExhausted ? ", then \(budget.policy == .pause ? "paused" : "failed")" : ""
            parts.append("\(spentOfBudget) of \(budget.limit) \(budget.unit) (\(share))\(end)")
        }
        for (unit, total) in spent.sorted(by: { $0.key < $1.key }) where unit != budget?.unit {
            parts.append("\(total) \(unit)")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
