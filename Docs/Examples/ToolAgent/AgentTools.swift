import Foundation

/// What an agent can do beside thinking.
enum AgentTool: String, CaseIterable, Sendable {
    case createFile = "create_file"
    case readFile = "read_file"
    case listFiles = "list_files"
    case fetch = "fetch_url"
    case calculate

    /// What the model is told of it.
    var meaning: String {
        switch self {
        case .createFile: "create_file {path, content}: writes a text file"
        case .readFile: "read_file {path}: gives the text of a file"
        case .listFiles: "list_files {path}: gives the names in a folder, the whole folder with an empty path"
        case .fetch: "fetch_url {url}: gives what is at an HTTP address, if its host is allowed"
        case .calculate: "calculate {expression}: numbers, + - * / % ^ and parentheses"
        }
    }
}

/// Why a tool did not do what was asked, in words for the agent and its readers, without paths of the server.
struct ToolError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The tools of one job.
struct AgentTools: Sendable {
    let folder: JobFolder
    let fetcher: WebFetcher

    /// Makes a call; what is wrong with it is a result as well, from which the agent can learn.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, also in the middle of a call.
    func run(_ call: ToolCall) async throws -> String {
        do {
            return try await result(of: call)
        } catch let error as ToolError {
            try Task.checkCancellation()
            return "error: \(error)"
        }
    }

    private func result(of call: ToolCall) async throws -> String {
        func parameter(_ name: String) throws -> String {
            guard let value = call.params[name] else {
                throw ToolError("\(call.toolName) needs the parameter \(name)")
            }
            return value
        }
        switch AgentTool(rawValue: call.toolName) {
        case .createFile: return try folder.write(parameter("content"), to: parameter("path"))
        case .readFile: return try folder.read(parameter("path"))
        case .listFiles: return try folder.list(call.params["path"] ?? "").joined(separator: "\n")
        case .fetch: return try await fetcher.fetch(parameter("url"))
        case .calculate: return try Arithmetic.text(of: parameter("expression"))
        case nil: throw ToolError("there is no tool \(call.toolName)")
        }
    }
}
