import Holdfast

/// Asks for a workflow: named agents that do their parts in turn, round after round.
struct WorkflowJob: Job {
    static let kind: JobKind = "agents.workflow"
    typealias Output = WorkflowResult

    let name: String
    /// In the order in which they have their turns, at least one.
    let agents: [WorkflowAgent]
    /// How many rounds there are; one if nil.
    let maxIterations: Int?
    /// What it may cost at first, in US dollars; anything if nil.
    let budgetLimit: Double?

    /// How many turns there are.
    var totalSteps: Int { agents.count * (maxIterations ?? 1) }

    /// Whose turn it is, counted from 1.
    func agent(at step: Int) -> WorkflowAgent { agents[(step - 1) % agents.count] }

    /// The round of a turn, both counted from 1.
    func iteration(of step: Int) -> Int { (step - 1) / agents.count + 1 }
}

/// Takes a part in a workflow.
struct WorkflowAgent: Codable, Hashable, Sendable {
    let name: String
    let role: String
    let prompt: String

    /// The team of those who bring none.
    static let team = [
        WorkflowAgent(
            name: "researcher", role: "Finds out what is known",
            prompt: "List the facts that matter, and say how sure they are."),
        WorkflowAgent(
            name: "writer", role: "Writes the text",
            prompt: "Write a text of three sentences from the facts."),
        WorkflowAgent(
            name: "reviewer", role: "Reads the text as its readers will",
            prompt: "Say what is wrong with the text, and how to mend it."),
    ]
}

/// What a workflow ends with.
struct WorkflowResult: Codable, Sendable {
    /// What the last agent said.
    let output: String
}

/// What an agent says about its work while it is at it.
struct AgentNote: Codable, Sendable {
    static let event = "note"

    /// Which note of its turn it is, from 1.
    let number: Int
    let message: String
}
