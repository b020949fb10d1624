package import HoldfastCore

// The JSON of what jobs cost. Amounts are decimal numbers as text, so that no reader rounds them.

extension EventCodec {
    static func encodeBudget(_ event: JobEvent, into writer: inout JSONWriter) {
        switch event {
        case .budgetCharged(let event):
            writer.field("amount", event.amount.description)
            writer.field("unit", event.unit)
            writer.field("total", event.total.description)
            if let step = event.step {
                writer.key("step")
                writer.object { $0.step(step) }
            }
            writer.field("note", optional: event.note)
        case .budgetWarned(let event):
            writer.field("spent", event.spent.description)
            writer.field("limit", event.limit.description)
            writer.field("unit", event.unit)
        case .budgetExceeded(let event):
            writer.field("spent", event.spent.description)
            writer.field("limit", event.limit.description)
            writer.field("unit", event.unit)
            writer.field("policy", event.policy.rawValue)
        case .budgetRaised(let event):
            writer.field("limit", event.limit.description)
            writer.field("reason", optional: event.reason)
        default: break
        }
    }

    static func decodeBudgetEvent(
        _ kind: EventKind, _ fields: JSONFields
    ) throws(JSONFieldError) -> JobEvent {
        switch kind {
        case .budgetCharged:
            .budgetCharged(
                BudgetCharged(
                    amount: try fields.requiredCost("amount"),
                    unit: try fields.required("unit", fields.name("unit")),
                    total: try fields.requiredCost("total"), step: try fields.object("step")?.step(),
                    note: try fields.string("note")))
        case .budgetWarned:
            .budgetWarned(
                BudgetWarned(
                    spent: try fields.requiredCost("spent"), limit: try fields.requiredCost("limit"),
                    unit: try fields.required("unit", fields.name("unit"))))
        case .budgetExceeded:
            .budgetExceeded(
                BudgetExceeded(
                    spent: try fields.requiredCost("spent"), limit: try fields.requiredCost("limit"),
                    unit: try fields.required("unit", fields.name("unit")),
                    policy: try fields.literal("policy")))
        default:
            .budgetRaised(
                BudgetRaised(limit: try fields.requiredCost("limit"), reason: try fields.string("reason")))
        }
    }
}

extension JSONWriter {
    /// Writes the fields of a limit.
    package mutating func budget(_ budget: JobBudget) {
        field("limit", budget.limit.description)
        field("unit", budget.unit)
        field("policy", budget.policy.rawValue)
    }

    /// Writes what a job may spend as `budget`, and what it has spent as `spent`; nothing where there is nothing.
    mutating func costs(_ costs: JobCosts) {
        if let budget = costs.budget {
            key("budget")
            object { writer in
                writer.budget(budget)
                writer.field("spent", costs.spentOfBudget.description)
                if costs.isWarned { writer.field("is_warned", true) }
            }
        }
        guard !costs.spent.isEmpty else { return }
        key("spent")
        object { writer in
            for (unit, total) in costs.spent.sorted(by: { $0.key < $1.key }) {
                writer.key(text: unit.rawValue)
                writer.string(total.description)
            }
        }
    }
}

extension JSONFields {
    /// Reads a limit.
    package func budget() throws(JSONFieldError) -> JobBudget {
        JobBudget(
            limit: try requiredCost("limit"), unit: try required("unit", name("unit")),
            policy: try literal("policy"))
    }

    func requiredCost(_ name: String) throws(JSONFieldError) -> CostAmount {
        try required(name, cost(name))
    }

    func costs() throws(JSONFieldError) -> JobCosts {
        let budget = try object("budget")
        var spent: [CostUnit: CostAmount] = [:]
        if let totals = try object("spent") {
            for unit in totals.keys { spent[CostUnit(unchecked: unit)] = try totals.requiredCost(unit) }
        }
        return JobCosts(
            budget: try budget?.budget(), spent: spent, isWarned: try budget?.bool("is_warned") ?? false)
    }
}
