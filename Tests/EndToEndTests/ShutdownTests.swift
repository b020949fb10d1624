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
            return try await withThrowingTaskGroup(of: String.self) { group in
                let (opened, open) = AsyncStream<Void>.makeStream()
                for _ in 0..<200 {
                    group.addTask {
                        var stream = try await EventStream(
                            "\(server.url)/v1/jobs/\(job)/stream", over: client)
                        var last = ""
                        while let block = try await stream.next() {
                            if block.event == "stream.caught_up" { open.yield() }
                            last = block.event
                        }
                        return last
                    }
                }
                var count = 0
                for await _ in opened {
                    count += 1
                    if count == 200 { break }
                }
                let began = clock.now
                try command.terminate()
                for try await last in group { #expect(last == "stream.rotate") }
                return began
            }
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
