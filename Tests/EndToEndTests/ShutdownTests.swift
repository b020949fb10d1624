import AsyncHTTPClient
import NIOCore
import NIOPosix
import Subprocess
import Testing

@Suite("Starting and stopping", .timeLimit(.minutes(2)))
struct ShutdownTests {
    @Test func `a server with two hundred open streams is gone within five seconds`() async throws {
        let place = try Workplace()
        let clock = ContinuousClock()
        var settings = HTTPClient.Configuration.singletonConfiguration
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        let client = HTTPClient(
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: settings)
        let (stopping, status) = try await BuiltCommand.run(["serve", "--db", place.database, "--port", "0"])
        {
            command in
            let server = try await Server(command)
            let job = try #require(
                try await BuiltCommand.run([
                    "enqueue", "inventory", "--db", place.database, "--input", place.input, "--quiet",
                    "--delay",
                    "1h",
                ]).lines.first)
            return try await server.stop(with: 200, streamsOf: job, over: client)
        }
        #expect(status == .exited(0))
        #expect(clock.now - stopping < .seconds(5))
        try await client.shutdown()
    }

    @Test func `a second server on the same port says so and touches no job`() async throws {
        let place = try Workplace()
        try await Server.run(place) { server in
            let port = try #require(server.url.split(separator: ":").last).description
            let second = try await BuiltCommand.run(["serve", "--db", place.database, "--port", port])
            #expect(second.status == .exited(69))
            #expect(second.errors.contains("port \(port) on 127.0.0.1 is taken"))
            #expect(second.errors.split(separator: "\n").count == 1)
        }
    }
}
