import Foundation
import Subprocess
import Testing

/// A `holdfast serve` on a free port.
struct Server: Sendable {
    let command: RunningCommand
    /// Such as `http://127.0.0.1:49152`.
    let url: String

    /// Serves a database while `body` runs, then stops it as an operator does.
    ///
    /// - Returns: What `body` returned.
    static func run<Result: Sendable>(
        _ database: String, _ body: (Server) async throws -> Result
    ) async throws -> Result {
        let (result, status) = try await BuiltCommand.run(["serve", "--db", database, "--port", "0"]) {
            command in
            let result = try await body(try await Server(command))
            try command.terminate()
            return result
        }
        #expect(status == .exited(0), "a server that was asked to stop ended with \(status)")
        return result
    }

    /// Waits until a server that was just started says where it listens.
    init(_ command: RunningCommand) async throws {
        self.command = command
        var url: String?
        for await line in command.lines {
            url = line.split(separator: " ").first { $0.hasPrefix("http://") }.map(String.init)
            if url != nil { break }
        }
        self.url = try #require(url, "the server ended without saying where it listens")
    }
}
