import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Health", .timeLimit(.minutes(1)))
struct HealthTests {
    @Test func `a server that can do its work is alive and ready`() async throws {
        try await TestServer.run { server in
            let alive = try await server.send("GET", "/healthz")
            let ready = try await server.send("GET", "/readyz")
            #expect([alive.status, ready.status] == [200, 200])
            #expect([alive.body, ready.body] == [#"{"status":"alive"}"#, #"{"status":"ready"}"#])
        }
    }

    @Test(arguments: [
        (StoreError.Code.unavailable, 503), (.busy, 503), (.full, 503), (.corrupt, 500),
    ])
    func `a store that cannot be read makes it not ready, but leaves it alive`(
        code: StoreError.Code, status: Int
    ) async throws {
        let store = FaultyStore(InMemoryStore())
        try await TestServer.run(over: store) { server in
            store.fail(.read, with: StoreError(code, operation: "read", reason: "the disk is gone"))
            let answer = try await server.send("GET", "/readyz")
            #expect(answer.status == status)
            #expect(try answer.problem().kind == .storeFails)
            #expect(try answer.problem().extras == [ProblemExtra("code", code.rawValue)])
            #expect(try await server.send("GET", "/healthz").status == 200)
            store.mend()
            #expect(try await server.send("GET", "/readyz").status == 200)
        }
    }

    @Test func `a server that stops is not ready, opens no stream and says when to come back`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            server.server.streams.drain()
            for path in ["/readyz", "/v1/jobs/\(job)/stream", "/v1/jobs/\(job)/events?format=ndjson"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 503)
                #expect(try answer.problem().kind == .unavailable)
                #expect(answer.headers["retry-after"] == "2")
            }
            #expect(try await server.send("GET", "/healthz").status == 200)
            #expect(try await server.send("GET", "/v1/jobs/\(job)").status == 200)
        }
    }

    @Test func `a log that was closed makes it not ready`() async throws {
        try await TestServer.run { server in
            await server.engine.close()
            let answer = try await server.send("GET", "/readyz")
            #expect(answer.status == 503)
            #expect(try await server.send("GET", "/healthz").status == 200)
        }
    }

    @Test func `a write that the store refuses is a problem, and goes through once the store is mended`()
        async throws
    {
        let store = FaultyStore(InMemoryStore())
        try await TestServer.run(over: store) { server in
            store.fail(.commit, with: StoreError(.full, operation: "commit", reason: "the disk is full"))
            let body = #"{"kind":"k","any_kind":true}"#
            let refused = try await server.send("POST", "/v1/jobs", body: body)
            #expect(refused.status == 503)
            #expect(try refused.problem().kind == .storeFails)
            #expect(refused.headers["retry-after"] == "30")
            store.mend()
            #expect(try await server.send("POST", "/v1/jobs", body: body).status == 201)
            #expect(try await server.head().value == 1)
        }
    }
}
