import HTTPTypes
public import Holdfast
public import HoldfastModels
public import HoldfastServer
import Hummingbird

/// Mounts the workflows of agents, which stop when they have cost what they may.
public struct AgentWorkflowApp: Sendable {
    private let engine: JobEngine
    private let model: any LanguageModel
    private let view = WorkflowView()

    /// Prepares the workflows on an engine.
    ///
    /// - Parameters:
    ///   - engine: Runs the workflows.
    ///   - model: Plays the agents.
    public init(engine: JobEngine, model: any LanguageModel) {
        self.engine = engine
        self.model = model
    }

    /// The model that stands in where no service is configured; its answers cost something.
    ///
    /// - Parameter pace: Waits before each word, so that people can watch.
    /// - Returns: The model.
    public static func offlineModel(pace: (@Sendable () async throws -> Void)? = nil) -> OfflineModel {
        OfflineModel("agents", prices: OfflineAgents.prices, pace: pace, script: OfflineAgents.script)
    }

    /// Lets the engine run workflows.
    public func register() { engine.register(WorkflowHandler(model: model), concurrency: 8) }

    /// Adds the endpoints of workflows and their page.
    public func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        (table.idPrefix, table.jobKind) = (WorkflowView.idPrefix, WorkflowJob.kind)
        defer { (table.idPrefix, table.jobKind) = ("", nil) }
        table.on("api/workflows", .post) { request, _, caller in
            let asked: WorkflowRequest = try await request.json()
            let options = EnqueueOptions(owner: caller.owner, budget: try asked.budget)
            let job = try await engine.enqueue(asked.job, options, by: caller.actor).id
            return try .json(of: ["workflowId": WorkflowView.id(of: job)], status: .accepted)
        }
        table.on("api/workflows/:id", .get, .job(.readJob)) { _, path, _ in
            try await state(of: path, holdfast)
        }
        table.on("api/workflows/:id/stream", .get, .jobStream) { request, path, caller in
            try await holdfast.stream(
                path.workflow(), in: view, to: request, of: caller,
                showing: request.parameters("types").map(Set.init))
        }
        for (verb, command) in AgentWorkflowApp.commands {
            table.on("api/workflows/:id/\(verb)", .post, .job(.steerJob)) { _, path, caller in
                try await engine.steer(command, path.workflow(), by: caller.actor)
                return try await state(of: path, holdfast)
            }
        }
        table.on("api/workflows/:id/resume", .post, .job(.steerJob)) { request, path, caller in
            let limit = try await ResumeRequest(request).limit
            if let limit {
                try await engine.raiseBudget(
                    of: path.workflow(), to: limit, resuming: true, by: caller.actor)
            } else {
                try await engine.steer(.resume(reason: nil), path.workflow(), by: caller.actor)
            }
            return try await state(of: path, holdfast)
        }
        table.on("apps/workflow", .get, .anyone) { _, _, _ in .page(AgentWorkflowPage.html) }
    }

    private static let commands: [(String, SteerCommand)] = [
        ("pause", .pause(reason: nil)), ("cancel", .cancel(reason: nil)),
    ]

    private func state(of path: Parameters, _ holdfast: HoldfastRoutes) async throws -> Response {
        try .json(of: await holdfast.state(of: path.workflow(), in: view).workflow)
    }
}

extension Parameters {
    /// The job of the workflow that a path names.
    fileprivate func workflow() throws -> JobID { try job(prefixed: WorkflowView.idPrefix) }
}
