import Holdfast

/// Asks an agent to do something with its tools.
struct AgentTask: Job {
    static let kind: JobKind = "agent.execute"
    /// The agent's answer.
    typealias Output = String
    /// What is to be done, in words.
    var task: String
}

/// What the agent means to do.
struct AgentPlan: Codable, Hashable, Sendable {
    /// A part of the work.
    struct Phase: Codable, Hashable, Sendable {
        var id: String
        var name: String
    }

    var goal: String
    var phases: [Phase]
}

/// A wish of the agent's to use a tool.
struct ToolCall: Codable, Hashable, Sendable {
    var toolName: String
    var params: [String: String]
}

/// A tool call that was made, as the agent is told of it.
struct ToolReport: Codable, Hashable, Sendable {
    /// The phase in which it was made.
    var phase: String
    var call: ToolCall
    var result: String
}

// What the steps record. The tokens stand beside the value, so that their sum is a fold of the history.

/// The result of the step `plan`.
struct PlanMade: Codable, Sendable {
    var plan: AgentPlan
    var tokens: Int
}

/// The result of a step `think`; without a call the phase is over.
struct ThoughtHad: Codable, Sendable {
    var thought: String
    var call: ToolCall?
    var tokens: Int
}

/// The result of the step `answer`.
struct AnswerGiven: Codable, Sendable {
    var text: String
    var tokens: Int
}
