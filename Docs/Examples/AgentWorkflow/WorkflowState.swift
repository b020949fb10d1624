import Holdfast

/// What is known of a workflow from its log: what the view keeps in mind.
struct WorkflowProgress: Sendable {
    /// How many lines a reader begins with.
    static let lineLimit = 50

    var workflow = WorkflowState()
    /// The agents that had a turn, in the order of their first ones.
    var agents: [AgentState] = []
    /// The last lines, as they are sent.
    var lines: [JSONText] = []
    /// What was asked for.
    var job: WorkflowJob?
    var startedAt: Timestamp?
    /// The money, exactly.
    var spent = CostAmount.zero
    /// Whether a worker has the job.
    var isHeld = false
    /// The last note of the present turn.
    var note = 0

    /// Milliseconds since the workflow began.
    func duration(until now: Timestamp) -> Int64 {
        startedAt.map { (now.microseconds - $0.microseconds) / 1000 } ?? 0
    }

    /// The agent whose turn it is or was last.
    var current: AgentState? {
        get { agents.first { $0.agentName == workflow.currentAgent } }
        set {
            guard let newValue else { return }
            if let index = agents.firstIndex(where: { $0.agentName == newValue.agentName }) {
                agents[index] = newValue
            } else {
                agents.append(newValue)
            }
        }
    }
}

/// A workflow as `workflow:state` and `GET /api/workflows/:id` show it.
struct WorkflowState: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
        case pending, running, paused, completed, failed, cancelled
    }

    var workflowId = ""
    var name = ""
    var status = Status.pending
    var currentAgent: String?
    var currentStep = 0
    var totalSteps = 0
    var iterations = 0
    var maxIterations: Int?
    var totalCost = 0.0
    var budgetLimit: Double?
}

/// An agent as `agent:state` shows it: its last turn.
struct AgentState: Encodable, Sendable {
    enum Status: String, Encodable, Sendable {
        case running, completed, failed
    }

    let agentName: String
    let agentRole: String
    let stepNumber: Int
    var status = Status.running
    /// Milliseconds.
    var duration: Int64?
    /// US dollars.
    var cost: Double?
    var output: String?
    var error: String?
}
