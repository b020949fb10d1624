import Foundation
import Holdfast
import HoldfastModels

/// Lets the agents do their parts, and pays for each.
struct WorkflowHandler: JobHandler {
    let model: any LanguageModel

    func run(_ job: WorkflowJob, _ context: JobContext) async throws -> WorkflowResult {
        guard !job.agents.isEmpty, job.totalSteps > 0 else {
            throw JobOutcome.discard("a workflow has at least one agent and one round")
        }
        var outputs: [String] = []
        for step in 1...job.totalSteps {
            let agent = job.agent(at: step)
            let before = outputs
            let answer = try await context.step("agent") {
                try await turn(of: agent, step, of: job, after: before, context)
            }
            outputs.append(answer.text)
            if let cost = answer.cost {
                // Behind the step, so that what is recorded is paid for once; at the limit, the run ends here.
                try await context.charge(cost, "usd", note: "\(agent.name), step \(step)")
            }
        }
        return WorkflowResult(output: outputs.last ?? "")
    }

    /// One turn of an agent: what it says on the way, and its answer.
    private func turn(
        of agent: WorkflowAgent, _ step: Int, of job: WorkflowJob, after outputs: [String],
        _ context: JobContext
    ) async throws -> ModelAnswer {
        let metadata = ["agent": agent.name, "step": String(step)]
        await context.log(.info, "\(agent.name) begins", metadata: metadata)
        var (notes, sentence) = (0, "")
        let request = AgentQuestion.request(to: agent, step, of: job, after: outputs)
        let answer = try await model.stream(request).answer { part in
            sentence += part
            guard part.contains(where: { ".!?".contains($0) }) else { return }
            notes += 1
            let note = AgentNote(
                number: notes, message: sentence.trimmingCharacters(in: .whitespacesAndNewlines))
            sentence = ""
            try await context.emit(AgentNote.event, note)
        }
        if answer.finish == .length {
            await context.log(.warning, "\(agent.name) was cut short", metadata: metadata)
        }
        let cost = answer.cost?.description ?? "nothing"
        await context.log(.info, "\(agent.name) is done for \(cost)", metadata: metadata)
        return answer
    }
}
