import Holdfast
import HoldfastModels

/// What an agent is asked.
enum AgentQuestion {
    /// How many of the turns before an agent is shown.
    private static let memory = 3
    /// How many tokens an answer may have.
    private static let tokens = 300

    static func request(
        to agent: WorkflowAgent, _ step: Int, of job: WorkflowJob, after outputs: [String]
    ) -> ModelRequest {
        let lines =
            ["Workflow: \(job.name)", "Task: \(agent.prompt)", "Turns before this one:"]
            + outputs.suffix(memory)
        return ModelRequest(
            lines.joined(separator: "\n"), system: "You are \(agent.name). \(agent.role).",
            seed: Int64(step), maxTokens: tokens)
    }
}

/// Plays agents without a model: it draws sentences, and understands nothing of the task.
enum OfflineAgents {
    /// Dear tokens, so that a budget of a few dollars can be reached.
    static let prices = ModelPrices(prompt: 500, completion: 1_500)

    static func script(_ request: ModelRequest, _ random: inout OfflineRandom) -> String {
        let topic = request.prompt.prefix { $0 != "\n" }.dropFirst("Workflow: ".count)
        let count = random.number(in: 3...5)
        return random.some(count, of: sentences).map { "\($0) \(topic)." }.joined(separator: " ")
    }

    private static let sentences = [
        "Three sources agree about", "One number is missing about", "The readers will ask about",
        "The second part should begin with", "Nothing speaks against", "The costs are the weak side of",
        "It is worth to say more about", "A picture would help with",
    ]
}
