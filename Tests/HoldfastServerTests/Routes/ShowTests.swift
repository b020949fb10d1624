import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import Testing

@Suite("Showing one job", .timeLimit(.minutes(1)))
struct ShowTests {
    @Test func `a job has its state, its input and, once it completed, its output`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue(input: #"{"path":"/usr"}"#)
            let path = "/v1/jobs/\(job)"
            let queued = try await server.send("GET", path).fields()
            #expect(try queued.string("state") == "queued")
            #expect(queued.raw("input")?.text == #"{"path":"/usr"}"#)
            #expect(!queued.keys.contains("output"))
            try await HandWorker(server, job).complete(#"{"files":7}"#)
            let completed = try await server.send("GET", path).fields()
            #expect(try completed.string("state") == "completed")
            #expect(completed.raw("output")?.text == #"{"files":7}"#)
        }
    }

    @Test func `the output of a life that is over is not that of the next one`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            try await server.engine.steer(.retry(reason: nil), job, by: .person("ana"))
            #expect(try await !server.send("GET", "/v1/jobs/\(job)").fields().keys.contains("output"))
            try await HandWorker(server, job).complete("2")
            #expect(try await server.send("GET", "/v1/jobs/\(job)").fields().raw("output")?.text == "2")
        }
    }

    @Test(arguments: [
        "", "/events", "/events?format=ndjson", "/events?format=sse", "/stream", "/payloads/00",
    ])
    func `a job that is not there is 404 at every path`(rest: String) async throws {
        try await TestServer.run { server in
            let existing = try await server.enqueue().description
            for id in [JobID(high: 1, low: 2).description, "first", existing.uppercased()] {
                let problem = try await server.send("GET", "/v1/jobs/\(id)\(rest)").problem()
                #expect(problem.kind == .unknownJob)
                #expect(problem.status == 404)
            }
        }
    }
}

@Suite("Paths and methods", .timeLimit(.minutes(1)))
struct RouteTests {
    @Test(arguments: [
        ("GET", "/"), ("GET", "/v1"), ("GET", "/v1/job"), ("POST", "/v1/jobs/x/cancel/now"),
        ("DELETE", "/nowhere"), ("GET", "/v1/jobs/x/halt"),
    ])
    func `where nothing is the answer says so`(method: String, path: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.send(method, path).problem()
            #expect(problem.kind == .unknownRoute)
            #expect(problem.status == 404)
        }
    }

    @Test(arguments: [
        ("DELETE", "/v1/jobs", "POST, GET, HEAD"), ("PUT", "/v1/jobs/x", "GET, HEAD"),
        ("POST", "/v1/jobs/x/stream", "GET, HEAD"), ("POST", "/v1/jobs/x/events", "GET, HEAD"),
        ("GET", "/v1/jobs/x/cancel", "POST"), ("PATCH", "/v1/jobs/x/retry", "POST"),
        ("POST", "/healthz", "GET, HEAD"), ("DELETE", "/readyz", "GET, HEAD"),
        ("OPTIONS", "/v1/jobs", "POST, GET, HEAD"),
    ])
    func `a method that a path does not have is refused with those that it has`(
        method: String, path: String, allowed: String
    ) async throws {
        try await TestServer.run { server in
            let answer = try await server.send(method, path)
            #expect(try answer.problem().kind == .wrongMethod)
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == allowed)
        }
    }

    @Test func `HEAD answers as GET does, without a body`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            for path in ["/v1/jobs", "/v1/jobs/\(job)", "/v1/jobs/\(job)/events", "/healthz", "/readyz"] {
                let full = try await server.send("GET", path)
                let head = try await server.send("HEAD", path)
                #expect(head.status == full.status)
                #expect(head.headers["content-length"] == full.headers["content-length"])
                #expect(head.headers["content-type"] == full.headers["content-type"])
            }
        }
    }

    @Test func `HEAD of a stream opens none`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let head = try await server.send("HEAD", "/v1/jobs/\(job)/stream")
            #expect(head.status == 200)
            #expect(head.headers["content-type"] == "text/event-stream")
            #expect(server.server.streams.count == 0)
        }
    }

    @Test func `one connection serves one request after the other`() async throws {
        try await TestServer.run { server in
            let connection = try await WireConnection(port: server.port)
            var reader = WireReader(connection)
            for path in ["/healthz", "/nowhere", "/v1/jobs", "/v1/jobs?x=1", "/readyz"] {
                try await connection.send(WireConnection.head("GET", path, port: server.port))
                let answer = try await reader.answer()
                #expect([200, 400, 404].contains(answer.status))
            }
            await connection.close()
        }
    }
}
