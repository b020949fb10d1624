import Foundation
import HoldfastModels

/// Stands in for a model: it uses each tool where the task gives it something to do, and says that no model wrote
/// this.
enum AgentScript {
    static func answer(_ request: ModelRequest, _ random: inout OfflineRandom) throws -> String {
        let question = try JSONDecoder().decode(AgentQuestion.self, from: Data(request.prompt.utf8))
        switch question.ask {
        case .plan: return try json(plan(for: question.task))
        case .next: return try json(next(question, &random))
        case .result:
            let count = question.done.count
            return "\(count) tool calls were made for \"\(question.task)\"; report.md has their results."
        }
    }

    private static func plan(for task: String) -> AgentPlan {
        AgentPlan(
            goal: "\(task.prefix(80)) (by an offline script)",
            phases: [
                AgentPlan.Phase(id: "look", name: "Look around"),
                AgentPlan.Phase(id: "work", name: "Do the work"),
                AgentPlan.Phase(id: "report", name: "Write it down"),
            ])
    }

    private static func next(
        _ question: AgentQuestion, _ random: inout OfflineRandom
    ) -> AgentQuestion.Next {
        let made = question.done.count { $0.phase == question.phase }
        let wishes: [AgentQuestion.Next] =
            switch question.phase {
            case "look": [wish("I look at what is there.", .listFiles, ["path": ""])]
            case "work": work(on: question.task, made == 0 ? random.number(in: 2...99) : 0)
            default:
                [
                    wish(
                        "I write down what came out.", .createFile,
                        ["path": "report.md", "content": report(on: question)]),
                    wish("I check what I wrote.", .readFile, ["path": "report.md"]),
                ]
            }
        return made < wishes.count ? wishes[made] : AgentQuestion.Next(thought: "That is all for now.")
    }

    /// What there is to do in a task: addresses to fetch and sums to reckon, or else a sum by chance.
    private static func work(on task: String, _ number: Int) -> [AgentQuestion.Next] {
        let address = #/https?://[^\s"'<>]+/#
        let fetches = task.matches(of: address).prefix(3).map {
            wish("I get what is there.", .fetch, ["url": String($0.output)])
        }
        let sums = task.replacing(address, with: " ").matches(of: #/[\d(][\d\s.()+*\/%^-]*[\d)]/#)
            .map { String($0.output) }.filter { $0.contains { "+-*/%^".contains($0) } }
        let reckonings = sums.prefix(3).map {
            wish("I reckon.", .calculate, ["expression": $0])
        }
        let wishes = fetches + reckonings
        guard wishes.isEmpty else { return wishes }
        return [
            wish(
                "There is nothing to fetch or to reckon, so I try out the calculator.", .calculate,
                ["expression": "\(number) * (\(number) + 1) / 2"])
        ]
    }

    private static func report(on question: AgentQuestion) -> String {
        let lines = question.done.filter { $0.phase == "work" }.map { report in
            let params = report.call.params.values.joined(separator: ", ")
            return "- \(params): \(report.result.prefix(200))"
        }
        return "# \(question.task)\n\nWritten by an offline script, not by a model.\n\n"
            + lines.joined(separator: "\n") + "\n"
    }

    private static func wish(
        _ thought: String, _ tool: AgentTool, _ params: [String: String]
    ) -> AgentQuestion.Next {
        AgentQuestion.Next(thought: thought, tool: tool.rawValue, params: params)
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
