import Holdfast

/// Asks for a plan, made in iterations with a person's approval now and then.
struct PlanJob: Job {
    static let kind: JobKind = "planner.plan"
    typealias Output = FinalPlan

    /// What the plan is for.
    let goal: String
    /// What is proposed already; may be empty.
    let proposal: String
    /// How many iterations there are, from 1.
    let maxIterations: Int
    /// After how many iterations a person is asked each time, from 1.
    let checkpointInterval: Int

    enum CodingKeys: String, CodingKey {
        case goal, proposal
        case maxIterations = "max_iterations"
        case checkpointInterval = "checkpoint_interval"
    }
}

/// What one iteration found.
struct Findings: Codable, Hashable, Sendable {
    var frameworks: [String] = []
    var dataPoints: [String] = []
    var summary = ""
}

extension [Findings] {
    /// The frameworks of all iterations, each once, in the order in which they were found.
    var frameworks: [String] {
        var seen: Set<String> = []
        return flatMap(\.frameworks).filter { seen.insert($0).inserted }
    }

    /// The data points of all iterations.
    var dataPoints: [String] { flatMap(\.dataPoints) }
}

/// How far an iteration has come.
struct IterationProgress: Codable, Hashable, Sendable {
    let iteration: Int
    /// Which of the iteration's parts is done, from 1.
    let part: Int
    let frameworks: Int
    let dataPoints: Int
}

/// What a person sees at a checkpoint, as it stands on the wire.
struct Review: Codable, Hashable, Sendable {
    let iteration: Int
    let checkpoint: Int
    let summary: String
    let frameworks: Int
    let dataPoints: Int

    enum CodingKeys: String, CodingKey {
        case iteration, summary
        case checkpoint = "checkpoint_number"
        case frameworks = "frameworks_so_far"
        case dataPoints = "data_points_so_far"
    }
}

/// The plan, as it stands on the wire and in the artifact.
struct FinalPlan: Codable, Hashable, Sendable {
    /// The text, in Markdown.
    let plan: String
    let frameworks: Int
    let dataPoints: Int
    let iterations: Int
    let checkpoints: Int

    enum CodingKeys: String, CodingKey {
        case plan, frameworks, iterations, checkpoints
        case dataPoints = "data_points"
    }
}
