import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Moving jobs over HTTP", .timeLimit(.minutes(1)))
struct MovingTests {
    @Test func `an export of one server is imported by another one`() async throws {
        let (job, events, export) = try await TestServer.run { server in
            let job = try await server.finishedJob()
            let answer = try await server.send("GET", "/v1/jobs/\(job)/export")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-ndjson")
            return (job, try await server.history(of: job), answer.body)
        }
        try await TestServer.run { server in
            let answer = try await server.send("POST", "/v1/import", body: export)
            #expect(answer.status == 201, "\(answer.body)")
            #expect(answer.headers["location"] == "/v1/jobs/\(job)")
            #expect(try answer.fields().string("state") == "completed")
            let imported = try await server.history(of: job)
            #expect(imported.map(\.kind) == events.map(\.kind))
            #expect(imported.map(\.data) == events.map(\.data))
            let again = try await server.send("POST", "/v1/import", body: export)
            #expect(try again.problem().kind == .jobExists)
            #expect(try await server.head().value == Int64(events.count) + 1)
        }
    }

    @Test func `an unfinished job is paused there, unless it may go on`() async throws {
        let export = try await TestServer.run { server in
            let job = try await server.enqueue()
            return try await server.send("GET", "/v1/jobs/\(job)/export?artifacts=false").body
        }
        for (query, state) in [("", "paused"), ("?resume=1", "queued")] {
            try await TestServer.run { server in
                let answer = try await server.send("POST", "/v1/import\(query)", body: export)
                #expect(try answer.fields().string("state") == state)
            }
        }
    }

    @Test func `what is no export is refused with the line, and so is one of another caller`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let export = try await server.send("GET", "/v1/jobs/\(job)/export").body
            let head = try await server.head()
            for body in ["", "{}", String(export.dropLast(40)), export + export] {
                let answer = try await server.send("POST", "/v1/import", body: body)
                #expect(answer.status == 400)
                #expect(try answer.problem().kind == .invalidExport)
                #expect(try answer.problem().detail.contains("line"))
            }
            #expect(try await server.head() == head)
            #expect(try await server.send("GET", "/v1/jobs/x/export").status == 404)
        }
        try await TestServer.runGuarded { server in
            let job = try await server.enqueue()
            #expect(try await server.send(as: .ana, "GET", "/v1/jobs/\(job)/export").status == 403)
            #expect(try await server.send(as: .ana, "POST", "/v1/import", body: "").status == 403)
        }
    }

    @Test func `a server over a log for reading only answers all that reads and refuses the rest`()
        async throws
    {
        let store = InMemoryStore()
        let job = try await TestServer.run(over: store) { try await $0.finishedJob() }
        try await TestServer.run(
            over: store,
            { server, engine in
                server.streams.grace = .zero
                engine.log.isReadOnly = true
            }
        ) { server in
            for path in [
                "/v1/jobs", "/v1/jobs/\(job)", "/v1/jobs/\(job)/events", "/v1/stats", "/v1/queues", "/readyz",
            ] {
                #expect(try await server.send("GET", path).status == 200, "\(path)")
            }
            let stream = try await server.send("GET", "/v1/jobs/\(job)/stream?from=start")
            #expect(stream.body.contains("event: job.completed") && stream.body.contains("event: stream.end"))
            let router = try await server.send("GET", "/v1/openapi.json")
            let paths = try JSONTree(parsing: router.body)["paths"]?.members ?? [:]
            var count = 0
            for (path, methods) in paths {
                let asked = path.replacing("{id}", with: "\(job)").replacing(/{[a-z0-9]+}/, with: "x")
                for method in methods.members.keys where method != "get" && path != "/v1/stream-tokens" {
                    let answer = try await server.send(method.uppercased(), asked, body: "{}")
                    #expect(answer.status == 403, "\(method) \(asked)")
                    #expect(try answer.problem().kind == .readOnly)
                    count += 1
                }
            }
            #expect(count > 15)
            let token = try await server.send("POST", "/v1/stream-tokens", body: #"{"job":"\#(job)"}"#)
            #expect(token.status == 201)
            await #expect(throws: LogIsReadOnly.self) { try await server.engine.run() }
        }
    }
}
