import Holdfast
import HoldfastModels

/// Lets an agent plan, think and use its tools, phase by phase; each of these is a step.
///
/// A step whose result was recorded is never run again. One that was cut off is, so every tool is harmless to
/// repeat.
struct AgentHandler: JobHandler {
    let model: any LanguageModel
    let folder: String
    let fetcher: WebFetcher

    /// How often the agent may think in one phase.
    static let turnLimit = 8

    func run(_ job: AgentTask, _ context: JobContext) async throws -> String {
        let tools = AgentTools(folder: JobFolder(path: "\(folder)/\(context.job)"), fetcher: fetcher)
        var question = AgentQuestion(ask: .plan, task: job.task)
        let plan = try await context.step("plan") { try await makePlan(question) }.plan
        question.goal = plan.goal
        for phase in plan.phases {
            (question.ask, question.phase) = (.next, phase.id)
            for turn in (0..<AgentHandler.turnLimit).reversed() {
                question.callsLeft = turn
                let thought = try await context.step("think") { try await think(question) }
                guard let call = thought.call else { break }
                let result = try await context.step("tool") { try await tools.run(call) }
                question.done.append(ToolReport(phase: phase.id, call: call, result: result))
            }
        }
        question.ask = .result
        return try await context.step("answer") { try await answer(question) }.text
    }

    private func makePlan(_ question: AgentQuestion) async throws -> PlanMade {
        let answer = try await ask(question, form: .json)
        let plan: AgentPlan = try answer.decoded()
        guard (1...10).contains(plan.phases.count), Set(plan.phases.map(\.id)).count == plan.phases.count
        else { throw ModelError(.malformed, "\(answer.model) made a plan without 1 to 10 different phases") }
        return PlanMade(plan: plan, tokens: answer.usage?.total ?? 0)
    }

    private func think(_ question: AgentQuestion) async throws -> ThoughtHad {
        let answer = try await ask(question, form: .json)
        let next: AgentQuestion.Next = try answer.decoded()
        // With no call left the phase is over, whatever the model would like.
        let tool = question.callsLeft == 0 ? nil : next.tool
        return ThoughtHad(
            thought: next.thought, call: tool.map { ToolCall(toolName: $0, params: next.params ?? [:]) },
            tokens: answer.usage?.total ?? 0)
    }

    private func answer(_ question: AgentQuestion) async throws -> AnswerGiven {
        let answer = try await ask(question, form: .text)
        return AnswerGiven(text: answer.text, tokens: answer.usage?.total ?? 0)
    }

    /// Asks for an answer that comes piece by piece, so that cancelling ends it in the middle.
    private func ask(_ question: AgentQuestion, form: ModelRequest.Form) async throws -> ModelAnswer {
        let request = ModelRequest(
            try question.text, system: AgentQuestion.instructions, maxTokens: 2_000, form: form)
        return try await model.stream(request).answer()
    }
}
