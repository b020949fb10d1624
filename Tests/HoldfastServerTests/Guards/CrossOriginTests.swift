import HoldfastAPI
import HoldfastServer
import Testing

@Suite("Pages of other origins", .timeLimit(.minutes(1)))
struct CrossOriginTests {
    private static let app = "https://app.example"

    private func withServer(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.runGuarded({ $0.access.allowedOrigins = [CrossOriginTests.app] }, body)
    }

    @Test func `a browser that asks before it sends is answered, without credentials`() async throws {
        try await withServer { server in
            let job = try await server.enqueue(of: .ana)
            for path in ["/v1/jobs", "/v1/jobs/\(job)/stream", "/v1/jobs/\(job)/cancel", "/v1/session"] {
                let answer = try await server.send(
                    "OPTIONS", path,
                    headers: [
                        "Origin": CrossOriginTests.app, "Access-Control-Request-Method": "POST",
                        "Access-Control-Request-Headers": "authorization, last-event-id",
                    ])
                #expect(answer.status == 204)
                #expect(answer.headers["access-control-allow-origin"] == CrossOriginTests.app)
                #expect(answer.headers["access-control-allow-credentials"] == "true")
                #expect(answer.headers["vary"] == "Origin")
                let allowed = answer.headers["access-control-allow-headers"] ?? ""
                for name in ["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID"] {
                    #expect(allowed.contains(name))
                }
            }
        }
    }

    @Test func `an allowed page may read and change, and reads refusals too`() async throws {
        try await withServer { server in
            let job = try await server.enqueue(of: .ana)
            let headers = ["Origin": CrossOriginTests.app, "Sec-Fetch-Site": "cross-site"]
            for (method, path, status) in [
                ("GET", "/v1/jobs", 200), ("POST", "/v1/jobs/\(job)/pause", 200), ("GET", "/v1/bulk", 403),
            ] {
                let answer = try await server.send(as: .ana, method, path, headers: headers)
                #expect(answer.status == status)
                #expect(answer.headers["access-control-allow-origin"] == CrossOriginTests.app)
            }
            let nobody = try await server.send("GET", "/v1/jobs", headers: headers)
            #expect(nobody.status == 401)
            #expect(nobody.headers["access-control-allow-origin"] == CrossOriginTests.app)
            let stream = try await server.ask(
                "GET", "/v1/jobs/\(job)/stream", headers: headers.merging(Guest.ana.headers) { $1 })
            #expect(stream.headers["access-control-allow-origin"] == CrossOriginTests.app)
        }
    }

    @Test(arguments: [
        "https://evil.example", "https://app.example.evil.example", "https://app.example:444",
        "http://app.example", "https://sub.app.example", "null", "https://app.example/", "*", "https://app",
    ])
    func `no other origin is let in`(origin: String) async throws {
        try await withServer { server in
            let job = try await server.enqueue(of: .ana)
            let preflight = try await server.send(
                "OPTIONS", "/v1/jobs",
                headers: ["Origin": origin, "Access-Control-Request-Method": "POST"])
            #expect(preflight.status == 405)
            #expect(preflight.headers["access-control-allow-origin"] == nil)
            let read = try await server.send(as: .ana, "GET", "/v1/jobs", headers: ["Origin": origin])
            #expect(read.headers["access-control-allow-origin"] == nil)
            #expect(read.headers["vary"] == "Origin")
            let change = try await server.send(
                as: .ana, "POST", "/v1/jobs/\(job)/pause", headers: ["Origin": origin])
            #expect(try change.problem().kind == .crossSite)
        }
    }

    @Test func `the browser's own word does not count against an allowed origin, nor for another`()
        async throws
    {
        try await withServer { server in
            let body = #"{"kind":"k","any_kind":true}"#
            let headers = ["Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"]
            let answer = try await server.send(as: .ana, "POST", "/v1/jobs", headers: headers, body: body)
            #expect(try answer.problem().kind == .crossSite)
        }
    }
}
