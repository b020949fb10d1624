import HoldfastEngine
import HoldfastModels
import HoldfastServer
import ServerTestSupport
import ToolAgentExample

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A model that plans one phase and then asks for some calls, one after the other.
struct ScriptedAgent: Sendable {
    /// A wish for a tool.
    struct Wish: Encodable, Sendable {
        let thought = "next"
        let tool: String
        let params: [String: String]

        init(_ tool: String, _ params: [String: String]) { (self.tool, self.params) = (tool, params) }
    }

    private struct Question: Decodable {
        struct Call: Decodable {}
        let ask: String
        let done: [Call]
    }

    /// The calls, at most seven.
    let wishes: [Wish]
    /// Is told how many calls were made, before the next one.
    var before: @Sendable (Int) throws -> Void = { _ in }

    var model: OfflineModel {
        OfflineModel("test") { [self] request, _ in
            let question = try JSONDecoder().decode(Question.self, from: Data(request.prompt.utf8))
            switch question.ask {
            case "plan": return #"{"goal":"g","phases":[{"id":"p","name":"P"}]}"#
            case "next":
                let made = question.done.count
                try before(made)
                guard made < wishes.count else { return #"{"thought":"done"}"# }
                return String(decoding: try JSONEncoder().encode(wishes[made]), as: UTF8.self)
            default: return "The end."
            }
        }
    }
}

extension TestServer {
    /// Runs a body against the agent alone, with a model of the test's.
    static func runAgent<Result>(
        _ model: any LanguageModel, folder: String = "", fetchHosts: Set<String> = [],
        _ adjust: (inout JobServerConfiguration, inout EngineConfiguration) throws -> Void = { _, _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        try await runJobs(
            of: { engine in
                let app = ToolAgentApp(
                    engine: engine, model: model, folder: folder, fetchHosts: fetchHosts)
                app.register()
                return { holdfast, table in app.add(to: &table, of: holdfast) }
            }, adjust, body)
    }

    /// The results of the tool calls of an execution that is run to its end.
    func results(of task: String = "t") async throws -> [String] {
        let id = try await execute(task)
        return try await blocks("/api/agent/executions/\(id)/stream")
            .filter { $0["event"] == "tool:complete" }
            .map { try JSONDecoder().decode(ToolUsed.self, from: Data(($0["data"] ?? "").utf8)).result }
    }

    private struct ToolUsed: Decodable { let result: String }
}

/// A folder that is there for one test.
func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/holdfast-apps-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}
