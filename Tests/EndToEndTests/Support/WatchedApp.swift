import Foundation
import NIOHTTP1
import Testing

/// A reference application as a stranger watches it.
struct WatchedApp: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Where a job is started, and with what; nil where the first request for the stream starts it.
    var begin: (path: String, body: String)?
    /// The field of the answer that has the id.
    var idField = ""
    /// The path of the stream; `ID` stands for the id.
    let stream: String
    /// The name of the event with which a job ends well; empty where events have no names.
    let lastEvent: String
    /// The name of the event with which each connection begins, which is not of the job; nil where there is none.
    var greeting: String?
    /// Whether a reader without a cursor gets all events from the first one.
    var replays = true

    /// One row for each application.
    static let all = [
        recipes, workflow(rounds: 4), generation, agent(doing: "Reckon 6 * 7, 2 ^ 10 and 1 / 8."),
        plan("max_iterations=4&checkpoint_interval=5"),
    ]

    static let recipes = WatchedApp(
        testDescription: "recipes",
        begin: (
            "/api/admin/generate-bmad",
            #"{"count":30,"mealTypes":["lunch"],"enableImageGeneration":true,"enableS3Upload":true}"#
        ),
        idField: "batchId", stream: "/api/admin/bmad-progress-stream/ID", lastEvent: "complete",
        greeting: "connected")

    static let generation = WatchedApp(
        testDescription: "code generation",
        begin: ("/generations", #"{"prompt":"A shop","entities":["User","Order","Invoice"]}"#),
        idField: "generation_id", stream: "/generations/ID/stream", lastEvent: "")

    /// A workflow of the default team.
    static func workflow(rounds: Int, _ more: String = "") -> WatchedApp {
        WatchedApp(
            testDescription: "workflow",
            begin: ("/api/workflows", #"{"name":"Bees","maxIterations":\#(rounds)\#(more)}"#),
            idField: "workflowId", stream: "/api/workflows/ID/stream", lastEvent: "workflow:completed",
            replays: false)
    }

    /// An agent with a task.
    static func agent(doing task: String) -> WatchedApp {
        WatchedApp(
            testDescription: "agent", begin: ("/api/agent/execute", #"{"task":"\#(task)"}"#),
            idField: "executionId", stream: "/api/agent/executions/ID/stream",
            lastEvent: "execution:complete")
    }

    /// A plan, whose id is the name of its session.
    static func plan(_ query: String) -> WatchedApp {
        WatchedApp(
            testDescription: "planner", stream: "/api/execute-plan?goal=Grow&session_id=ID&\(query)",
            // Without a cursor, an ended plan is followed by another one.
            lastEvent: "complete", replays: false)
    }

    /// Starts a job, and gives its id; one that the stream starts is only named.
    func start(on server: Server) async throws -> String {
        guard let begin else { return "mine" }
        let answer = try await server.send(.POST, begin.path, begin.body)
        try #require(answer.status == 202, "\(answer.body)")
        let fields = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        return try #require(fields?[idField] as? String)
    }
}
