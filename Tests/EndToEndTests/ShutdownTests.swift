import AsyncHTTPClient
import NIOHTTP1
import Subprocess
import Testing

@Suite("Starting and stopping", .timeLimit(.minutes(2)))
struct ShutdownTests {
    private static let readers = 1_000

    @Test func `a server with a thousand open streams is gone in five seconds, and the next one goes on`()
        async throws
    {
        OpenFiles.allowAll()
        let place = try Workplace()
        let clock = ContinuousClock()
        let job = try await Server.run(place) { _ in
            try #require(
                try await BuiltCommand.run([
                    "enqueue", "inventory", "--db", place.database, "--input", place.input, "--quiet",
                    "--delay", "1d",
                ]).lines.first)
        }
        try await HTTPClient.withManyConnections { client in
            let crowd = (0..<Self.readers).map { _ in StubbornReader(of: "/v1/jobs/\(job)", over: client) }
            let serve = ["serve", "--db", place.database, "--port", "0"]
            let (stopped, status) = try await BuiltCommand.run(serve) { command in
                try await stop(try await Server(command), with: crowd, tellingJob: job)
            }
            #expect(status == .exited(0))
            #expect(clock.now - stopped.asked < .seconds(5))

            let between = ["signal", job, "between", "--db", place.database]
            #expect(try await BuiltCommand.run(between).status.isSuccess)
            let readers = try await Server.run(place) { server in
                try await withThrowingTaskGroup(of: StubbornReader?.self) { group in
                    for reader in stopped.readers {
                        group.addTask {
                            var reader = reader
                            try await reader.readToEnd(from: server.url)
                            return reader
                        }
                    }
                    group.addTask {
                        try await server.send(.POST, "/v1/jobs/\(job)/cancel").mustSucceed()
                        return nil
                    }
                    return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
                }
            }
            let history = try await BuiltCommand.run(["history", job, "--db", place.database, "--json"]).lines
            #expect(history.count > 20)
            let whole = readers.count { $0.events == history.joined(separator: ",") }
            #expect(whole == Self.readers, "so many of \(Self.readers) readers have the whole history")
        }
    }

    /// Stops a server while a job is told one thing after the other.
    private func stop(
        _ server: Server, with readers: [StubbornReader], tellingJob job: String
    ) async throws -> (readers: [StubbornReader], asked: ContinuousClock.Instant) {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (start, onStart) = AsyncStream<Void>.makeStream()
            let (told, onTold) = AsyncStream<Void>.makeStream()
            group.addTask {
                for await _ in start {}
                // Until the server takes nothing more, or everybody has left.
                while let answer = try? await server.send(
                    .POST, "/v1/jobs/\(job)/signal", #"{"name":"go"}"#), answer.status == 200
                {
                    onTold.yield()
                }
                onTold.finish()
            }
            let stopped = try await server.stop(with: readers) {
                onStart.finish()
                var answers = told.makeAsyncIterator()
                for _ in 0..<20 { _ = await answers.next() }
            }
            group.cancelAll()
            return stopped
        }
    }

    @Test func `a second server on the same port says so and touches no job`() async throws {
        let place = try Workplace()
        try await Server.run(place) { server in
            let port = try server.port
            let second = try await BuiltCommand.run(["serve", "--db", place.database, "--port", "\(port)"])
            #expect(second.status == .exited(69))
            #expect(second.errors.contains("port \(port) on 127.0.0.1 is taken"))
            #expect(second.errors.split(separator: "\n").count == 1)
        }
    }
}
