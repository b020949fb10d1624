import Holdfast

// The payloads of the events; what is nil is left out.

struct WorkflowStarted: Encodable {
    let name: String
    let totalSteps: Int
    let maxIterations: Int?
    let budgetLimit: Double?
}

/// Only what has changed.
struct WorkflowChange: Encodable {
    var currentAgent: String?
    var currentStep: Int?
    var iterations: Int?
    var totalCost: Double?
}

struct WorkflowCompleted: Encodable {
    let duration: Int64
    let totalCost: Double
    let iterations: Int
    let currentStep: Int
}

struct WorkflowFailed: Encodable {
    let error: String
    let duration: Int64
    let totalCost: Double
}

struct AgentStarted: Encodable {
    let agentName: String
    let agentRole: String
    let stepNumber: Int
    let prompt: String
}

struct AgentProgress: Encodable {
    let agentName: String
    let message: String
    let level: String
}

struct AgentCompleted: Encodable {
    let agentName: String
    let stepNumber: Int
    let duration: Int64
    let cost: Double
    let output: String
}

struct AgentFailed: Encodable {
    let agentName: String
    let stepNumber: Int
    let error: String
}

struct BudgetUse: Encodable {
    let currentCost: Double
    let budgetLimit: Double
    /// Of the limit, to two digits behind the point.
    let percentageUsed: Double

    init(spent: CostAmount, limit: CostAmount) {
        (currentCost, budgetLimit) = (spent.value, limit.value)
        percentageUsed = (Double(spent.micros) / Double(max(1, limit.micros)) * 10_000).rounded() / 100
    }
}

/// A line of the log on the wire.
enum LogLine {
    static func json(of line: LogWritten, at moment: Timestamp) -> JSONText {
        JSONWriter.object { writer in
            writer.field("level", level(of: line.level))
            writer.field("message", line.message)
            writer.field("timestamp", moment)
            if let metadata = line.metadata { writer.field("metadata", metadata) }
        }
    }

    /// The front end knows three levels.
    private static func level(of level: LogLevel) -> String {
        switch level {
        case .trace, .debug, .info, .notice: "info"
        case .warning: "warn"
        case .error, .critical: "error"
        }
    }
}
