import Holdfast
import HoldfastModels
import HoldfastServer

extension WorkflowView {
    /// What happens in the turns of agents.
    func turn(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        switch event.event {
        case .stepStarted(let started) where started.step.name == "agent":
            return try begin(started.step.occurrence, &state)
        case .stepCompleted(let completed) where completed.step.name == "agent":
            guard var agent = state.current else { return [] }
            let answer: ModelAnswer = try event.value()
            agent.status = .completed
            agent.duration = completed.duration / 1000
            agent.cost = answer.cost?.value ?? 0
            agent.output = answer.text
            state.current = agent
            return [
                try ViewEvent(
                    "agent:completed",
                    AgentCompleted(
                        agentName: agent.agentName, stepNumber: agent.stepNumber,
                        duration: completed.duration / 1000, cost: answer.cost?.value ?? 0,
                        output: answer.text))
            ]
        case .stepFailed(let failed) where failed.step.name == "agent":
            guard var agent = state.current else { return [] }
            agent.status = .failed
            agent.error = failed.failure.message
            state.current = agent
            return [
                try ViewEvent(
                    "agent:failed",
                    AgentFailed(
                        agentName: agent.agentName, stepNumber: agent.stepNumber,
                        error: failed.failure.message))
            ]
        case .appEmitted where event.emitted == AgentNote.event:
            return try note(event, &state)
        default: return []
        }
    }

    private func begin(_ step: Int, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        guard let job = state.job else { return [] }
        let isNew = step > state.workflow.currentStep
        // A turn that a crash cut begins again, and was told of; one that failed is told of again.
        guard isNew || state.current?.status == .failed else { return [] }
        let (agent, iteration) = (job.agent(at: step), job.iteration(of: step))
        let change = WorkflowChange(
            currentAgent: agent.name == state.workflow.currentAgent ? nil : agent.name,
            currentStep: isNew ? step : nil,
            iterations: iteration == state.workflow.iterations ? nil : iteration)
        state.workflow.currentAgent = agent.name
        state.workflow.currentStep = step
        state.workflow.iterations = iteration
        state.current = AgentState(agentName: agent.name, agentRole: agent.role, stepNumber: step)
        state.note = 0
        let started = try ViewEvent(
            "agent:started",
            AgentStarted(
                agentName: agent.name, agentRole: agent.role, stepNumber: step, prompt: agent.prompt))
        return isNew ? [try ViewEvent("workflow:running", change), started] : [started]
    }

    private func note(_ event: ViewedEvent, _ state: inout WorkflowProgress) throws -> [ViewEvent] {
        let note: AgentNote = try event.value()
        guard let agent = state.workflow.currentAgent, note.number > state.note else { return [] }
        state.note = note.number
        return [
            try ViewEvent(
                "agent:progress", AgentProgress(agentName: agent, message: note.message, level: "info"),
                throttledBy: agent)
        ]
    }
}
