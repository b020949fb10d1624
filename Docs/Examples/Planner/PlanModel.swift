import HoldfastModels

/// What the planner asks a model.
enum PlanQuestion: String, CaseIterable {
    case frameworks, dataPoints, summary, plan

    /// What the model is to keep to.
    private var instructions: String {
        switch self {
        case .frameworks:
            "Name one to three analysis frameworks that help with the goal and were not used yet. "
                + #"Answer in JSON: {"items": ["SWOT analysis"]}"#
        case .dataPoints:
            "Name two to four data points that the frameworks need, each a short sentence with a number. "
                + #"Answer in JSON: {"items": ["12 of 20 customers would pay"]}"#
        case .summary: "Say in two sentences what these findings mean for the goal."
        case .plan: "Write the plan for the goal from the findings, in Markdown, with one item for each."
        }
    }

    /// The request of one iteration.
    func request(_ job: PlanJob, _ iteration: Int, after found: [Findings]) -> ModelRequest {
        let lines =
            ["Goal: \(job.goal)", "Proposal: \(job.proposal)", "Iteration: \(iteration)"]
            + ["Frameworks:"] + found.frameworks.map { "- \($0)" }
            + ["Data points:"] + found.dataPoints.map { "- \($0)" }
        return ModelRequest(
            lines.joined(separator: "\n"), system: instructions, seed: Int64(iteration),
            form: self == .frameworks || self == .dataPoints ? .json : .text)
    }

    /// Finds the question of a request again.
    init?(_ request: ModelRequest) {
        let asked = request.messages.first?.text
        guard let question = PlanQuestion.allCases.first(where: { $0.instructions == asked }) else {
            return nil
        }
        self = question
    }
}

/// An answer that is a list.
struct PlanAnswer: Decodable {
    let items: [String]
}

/// Makes plans without a model: it draws from lists, and understands nothing of the goal.
enum OfflinePlans {
    static func script(_ request: ModelRequest, _ random: inout OfflineRandom) -> String {
        let lines = request.prompt.split(separator: "\n").map(String.init)
        let goal = lines.first.map { String($0.dropFirst("Goal: ".count)) } ?? ""
        let used = lines.filter { $0.hasPrefix("- ") }.map { String($0.dropFirst(2)) }
        switch PlanQuestion(request) {
        case .frameworks:
            let rest = frameworks.filter { !used.contains($0) }
            return list(random.some(random.number(in: 1...3), of: rest))
        case .dataPoints:
            let chosen = random.some(random.number(in: 2...4), of: measures)
            return list(chosen.map { "\(random.number(in: 2...98)) % of \($0)" })
        case .summary:
            return "\(used.count) findings speak about \(goal). "
                + "The strongest is: \(used.isEmpty ? "none" : random.one(of: used))."
        case .plan, nil:
            return "# \(goal)\n\n" + used.map { "1. Act on: \($0)" }.joined(separator: "\n")
        }
    }

    private static func list(_ items: [String]) -> String {
        #"{"items":["# + items.map { "\"\($0)\"" }.joined(separator: ",") + "]}"
    }

    private static let frameworks = [
        "SWOT analysis", "Porter's five forces", "Jobs to be done", "Cost of delay", "RICE scoring",
        "Wardley map", "Risk matrix", "Value stream map", "Stakeholder map", "Decision tree",
    ]

    private static let measures = [
        "the teams asked for it", "the budget is spent already", "the users come back within a week",
        "the requests wait for more than a day", "the suppliers could deliver", "the risks have an owner",
        "the work is done by hand today", "the competitors offer it",
    ]
}
