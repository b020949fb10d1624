import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("Numbers of a server", .timeLimit(.minutes(1)))
struct StatsTests {
    @Test
    func `jobs are counted by state and queue, and each open stream is told with how far its reader is`()
        async throws
    {
        try await TestServer.run { server in
            try await server.finishedJob()
            let job = try await server.enqueue()
            var stream = try await WireStream(server, of: job, "?from=start")
            _ = try await stream.read(through: "stream.caught_up")
            let seen = try await server.head()
            server.clock.advance(by: .seconds(3))
            try await server.finishedJob(lines: 1)
            let head = try await server.head()
            let stats = try await server.send("GET", "/v1/stats").fields()
            #expect(try stats.object("log")?.string("head") == head.description)
            #expect(stats.raw("jobs")?.text == #"{"queued":1,"completed":2}"#)
            #expect(stats.raw("queues")?.text == #"{"default":{"queued":1,"completed":2}}"#)
            #expect(try stats.integer("streams_open") == 1)
            let listed = try #require(stats.raw("streams").flatMap(JSONValues.elements)?.first)
            let open = try JSONFields(listed)
            #expect(try open.string("principal") == "local")
            #expect(try open.string("job") == job.description)
            #expect(try open.string("cursor") == seen.description)
            #expect(try open.integer("lag") == head.value - seen.value)
            #expect(try open.integer("age_us") == 3_000_000)
            await stream.cut()
            await server.server.streams.whenEmpty()
            let after = try await server.send("GET", "/v1/stats").fields()
            #expect(try after.integer("streams_open") == 0)
            #expect(after.raw("streams")?.text == "[]")
        }
    }
}
