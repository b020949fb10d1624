import HTTPTypes
public import Holdfast
public import HoldfastModels
public import HoldfastServer
import Hummingbird

/// The reference application of an agent that uses tools: files, addresses, arithmetic.
public struct ToolAgentApp: Sendable {
    private let engine: JobEngine
    private let handler: AgentHandler

    /// Makes the application.
    ///
    /// - Parameters:
    ///   - engine: Runs its jobs.
    ///   - model: Plans and thinks.
    ///   - folder: Where the folders of the jobs are.
    ///   - fetchHosts: From where the agent may fetch, such as `example.com` or `127.0.0.1:8080`.
    public init(
        engine: JobEngine, model: any LanguageModel, folder: String, fetchHosts: Set<String> = []
    ) {
        self.engine = engine
        handler = AgentHandler(
            model: model, folder: folder, fetcher: WebFetcher(hosts: Set(fetchHosts.map { $0.lowercased() })))
    }

    /// The model that stands in where no service is configured.
    ///
    /// - Parameter pace: Waits before each word, so that people can watch.
    /// - Returns: A model that answers from a script.
    public static func offlineModel(pace: (@Sendable () async throws -> Void)? = nil) -> OfflineModel {
        OfflineModel("agent", pace: pace, script: AgentScript.answer)
    }

    /// Lets the engine run executions.
    public func register() { engine.register(handler) }

    /// Adds the endpoints and the page.
    public func add(to table: inout RouteTable, of holdfast: HoldfastRoutes) {
        let (engine, view) = (engine, AgentView())
        (table.idPrefix, table.jobKind) = ("", AgentTask.kind)
        table.on("api/agent/execute", .post, .caller) { request, _, caller in
            let task = try await request.json(as: AgentTask.self, upTo: 64 * 1024)
            guard task.task.contains(where: { !$0.isWhitespace }) else {
                throw HTTPError(.badRequest, message: "\"task\" says nothing")
            }
            let job = try await engine.enqueue(task, EnqueueOptions(owner: caller.owner), by: caller.actor)
            return try .json(of: ["executionId": "\(job.id)"], status: .accepted)
        }
        table.on("api/agent/executions/:id/stream", .get, .jobStream) { request, path, caller in
            try await holdfast.stream(path.job(), in: view, to: request, of: caller)
        }
        table.on("api/agent/executions/:id", .get, .job(.readJob)) { _, path, _ in
            try .json(of: await execution(path.job(), in: view, of: holdfast))
        }
        table.on("api/agent/executions/:id/cancel", .post, .job(.steerJob)) { _, path, caller in
            let job = try path.job()
            try await engine.steer(.cancel(reason: nil, within: nil), job, by: caller.actor)
            return try .json(of: await execution(job, in: view, of: holdfast), status: .accepted)
        }
        table.on("apps/agent", .get, .anyone) { _, _, _ in .page(ToolAgentPage.html) }
    }
}

/// What is known of an execution now.
private func execution(
    _ job: JobID, in view: AgentView, of holdfast: HoldfastRoutes
) async throws -> AgentExecution {
    var execution = try await holdfast.state(of: job, in: view).execution
    execution.executionId = "\(job)"
    return execution
}
