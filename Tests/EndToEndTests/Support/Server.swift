import Foundation
import Subprocess
import Testing

/// A `holdfast serve` on a free port.
struct Server: Sendable {
    let command: RunningCommand
    /// Such as `http://127.0.0.1:49152`, or with `https` where connections are encrypted.
    let url: String

    /// Serves the database of a place while `body` runs, then stops the server as an operator does.
    ///
    /// - Returns: What `body` returned.
    static func run<Result: Sendable>(
        _ place: Workplace, _ body: (Server) async throws -> Result
    ) async throws -> Result {
        let (result, status) = try await start(place) { command in
            let result = try await body(try await Server(command))
            try command.terminate()
            return result
        }
        #expect(status == .exited(0), "a server that was asked to stop ended with \(status)")
        return result
    }

    /// Serves the database of a place while `body` runs, then ends the server as `kill -9` does.
    ///
    /// - Parameters:
    ///   - place: Where the database is.
    ///   - body: Gets the process, which may not listen yet.
    /// - Returns: What `body` returned.
    /// - Throws: When a process cannot be started.
    @discardableResult
    static func kill<Result: Sendable>(
        _ place: Workplace, after body: (RunningCommand) async throws -> Result
    ) async throws -> Result {
        let (result, status) = try await start(place) { command in
            let result = try await body(command)
            try command.kill()
            return result
        }
        #expect(status == .signaled(9), "the server had ended already: \(status)")
        return result
    }

    private static func start<Result: Sendable>(
        _ place: Workplace, while body: (RunningCommand) async throws -> Result
    ) async throws -> (result: Result, status: TerminationStatus) {
        let (program, arguments, variables) = place.server
        return try await BuiltCommand.run(arguments, of: program, variables, while: body)
    }

    /// Waits until a server that was just started says where it listens.
    init(_ command: RunningCommand) async throws {
        self.command = command
        var url: String?
        for await line in command.lines {
            url = line.split(separator: " ").first { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
                .map(String.init)
            if url != nil { break }
        }
        self.url = try #require(url, "the server ended without saying where it listens")
    }

    /// Where it listens.
    var port: Int {
        get throws { try #require(url.split(separator: ":").last.flatMap { Int($0) }) }
    }
}
