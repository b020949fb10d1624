import Foundation
import NIOHTTP1
import Subprocess
import Testing

/// How an operator says something.
enum Way: Sendable, CaseIterable {
    case http, command
}

/// An operator of one database, whose servers die when they have answered.
struct Desk {
    let place: Workplace
    /// The kind of its jobs.
    let kind: String
    /// The input of its jobs.
    let input: String

    /// Publishes a page, which waits for a person.
    ///
    /// - Parameters:
    ///   - output: Where the page goes in the workplace.
    ///   - more: Further fields of the input, each after a comma.
    /// - Throws: When there is no room for a folder.
    init(output: String = "page.html", more: String = "") throws {
        place = try Workplace()
        kind = "publish"
        input = #"{"title":"Notes","text":"Read me first.","output":"\#(place.path)/\#(output)"\#(more)}"#
    }

    /// Makes an issue of articles, on a server of one's own.
    ///
    /// - Parameters:
    ///   - articles: How many there are; none has come yet.
    ///   - more: Further fields of the input, each after a comma.
    /// - Throws: When there is no room for a folder.
    init(articles: Int, more: String = "") throws {
        place = try Workplace(.newsroom)
        kind = "news.issue"
        let sources = (1...articles).map { [place] in "\"\(place.article($0))\"" }
        input = #"{"sources":[\#(sources.joined(separator: ","))]\#(more)}"#
    }

    /// Enqueues a job.
    func enqueue(_ options: String...) async throws -> String {
        let arguments = ["enqueue", kind, "--input", input, "--any-kind", "--quiet"] + options
        return try #require(try await command(arguments).lines.first)
    }

    /// Runs a command on the database; it has to succeed.
    @discardableResult
    func run(_ arguments: String...) async throws -> BuiltCommand.Outcome { try await command(arguments) }

    /// Says something to a server or by a command while a server runs, and kills the server once it was said.
    ///
    /// - Parameters:
    ///   - way: Who is told.
    ///   - verb: What a server is asked to do with the job; nil to enqueue one.
    ///   - job: The job.
    ///   - body: The body for the server.
    ///   - arguments: The same as a command, without the database.
    /// - Throws: When a process cannot be started or the server does not answer.
    func say(
        _ way: Way, _ verb: String?, _ job: String, _ body: String, _ arguments: [String]
    ) async throws {
        try await Server.kill(place) { running in
            let server = try await Server(running)
            switch way {
            case .http:
                let path = verb.map { "/v1/jobs/\(job)/\($0)" } ?? "/v1/jobs"
                try await server.send(.POST, path, body).mustSucceed()
            case .command:
                try await command(arguments)
            }
        }
    }

    /// Serves until a job has completed.
    func finish(_ job: String, _ tail: inout Tail) async throws {
        try await Server.run(place) { _ in _ = try await tail.read(through: "job.completed") }
        #expect(FileManager.default.fileExists(atPath: place.page))
    }

    /// Waits until a job has an open checkpoint.
    func open(_ job: String, on server: Server) async throws {
        while !(try await server.send(.GET, "/v1/checkpoints").body.contains(job)) {}
    }

    /// All jobs, the newest first.
    func jobs() async throws -> [String] {
        try await run("jobs", "--json").lines.map {
            try JSONDecoder().decode(Listed.self, from: Data($0.utf8)).id
        }
    }

    /// The part of a line of `jobs --json` that is looked at.
    private struct Listed: Decodable {
        let id: String
    }

    /// The kinds of all events of a job.
    func kinds(of job: String) async throws -> [String] {
        try await run("history", job, "--json").lines.map { try Envelope(line: $0).kind }
    }

    @discardableResult
    private func command(_ arguments: [String]) async throws -> BuiltCommand.Outcome {
        let outcome = try await BuiltCommand.run(arguments + ["--db", place.database])
        #expect(outcome.status.isSuccess, "\(arguments): \(outcome.errors)")
        return outcome
    }
}
