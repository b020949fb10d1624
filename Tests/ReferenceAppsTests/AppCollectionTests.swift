import HoldfastCore
import HoldfastServer
import HoldfastTesting
import ServerTestSupport
import Testing

@Suite("The program of the reference applications", .timeLimit(.minutes(1)))
struct AppCollectionTests {
    @Test func `it serves a page that leads to the applications, and says when it is ready`() async throws {
        try await TestServer.runApps { server in
            try await server.send("GET", "/readyz").expect(200)
            let index = try await server.send("GET", "/")
            index.expect(200)
            #expect(index.headers["content-type"] == "text/html; charset=utf-8")
            let paths = index.body.matches(of: #/href="(/apps/[a-z]+)"/#).map { String($0.output.1) }
            #expect(Set(paths).count == 5)
            for path in paths {
                let page = try await server.send("GET", path)
                page.expect(200)
                // Whatever comes from the server is shown as text.
                #expect(page.body.contains("new EventSource") && !page.body.contains("innerHTML"))
            }
            #expect(try await server.send("GET", "/apps/none").status == 404)
        }
    }

    @Test func `a stream closes by itself behind the end of its job, two seconds later at the earliest`()
        async throws
    {
        try await TestServer.runApps({ configuration, _ in
            configuration.streams.grace = JobServerConfiguration().streams.grace
        }) { server in
            let batch = try await server.batch(1)
            let workflow = try await server.workflow("")
            let generation = try await server.generate(#"{"prompt":"A shop","entities":[]}"#).id
            for (path, end) in [
                ("/api/admin/bmad-progress-stream/\(batch)", "event: complete"),
                // Behind its beginning: the snapshot of an ended workflow has no end.
                ("/api/workflows/\(workflow)/stream?last_event_id=1", "event: workflow:completed"),
                ("/generations/\(generation)/stream", #""stage":"completed""#),
                (
                    "/api/agent/executions/\(try await server.execute("t"))/stream",
                    "event: execution:complete"
                ),
                ("/api/execute-plan?goal=Grow", "event: complete"),
            ] {
                var stream = try await WireStream(server, path)
                var last = ""
                while !last.contains(end) {
                    last = try #require(try await stream.viewedEvents(1).first).description
                }
                let ended = server.clock.timestamp
                // In small steps, because others wait for the clock as well.
                while server.server.streams.count > 0 {
                    server.clock.advance(by: .milliseconds(50))
                    await Task.yield()
                }
                #expect(server.clock.timestamp >= ended + .seconds(2), "\(path)")
                #expect(try await stream.viewedBlocks() == [], "\(path)")
            }
        }
    }
}
