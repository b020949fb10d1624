import Foundation

/// What the model is asked, as JSON: all that it has to know, so that no conversation has to be kept.
struct AgentQuestion: Codable, Hashable, Sendable {
    /// What is asked for.
    enum Ask: String, Codable, Hashable, Sendable {
        case plan, next, result
    }

    /// The answer to `next`.
    struct Next: Codable, Hashable, Sendable {
        var thought: String
        var tool: String?
        var params: [String: String]?
    }

    var ask: Ask
    var task: String
    var goal: String?
    var phase: String?
    /// How many calls the phase may still make.
    var callsLeft: Int?
    /// The calls that were made.
    var done: [ToolReport] = []

    init(ask: Ask, task: String) { (self.ask, self.task) = (ask, task) }

    /// The question as it is sent, with long results cut.
    var text: String {
        get throws {
            var question = self
            for index in question.done.indices {
                question.done[index].result = String(question.done[index].result.prefix(4_000))
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(question), as: UTF8.self)
        }
    }

    static let instructions = """
        You are an agent that does a task with tools, in phases. Each question is a JSON object; its "ask" says how to answer:
        "plan": only JSON, {"goal": text, "phases": [{"id": short word, "name": text}]}, 1 to 10 phases.
        "next": only JSON, {"thought": text, "tool": name, "params": {name: text}} to use a tool in the current "phase", or
        {"thought": text} when the phase is done. "done" has the calls so far. With "callsLeft" 0 the phase ends.
        "result": the answer to the task, as text for people.
        Tools: \(AgentTool.allCases.map(\.meaning).joined(separator: "; ")).
        All parameters are texts. A result that begins with "error:" says what was wrong with the call.
        """
}
