import HoldfastAPI
import HoldfastServer
import Testing

@Suite("The host that a request names", .timeLimit(.minutes(1)))
struct HostTests {
    @Test(arguments: [
        "evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
        "[fe80::1]:8080", "0.0.0.0",
    ])
    func `another name than the server's is refused everywhere`(host: String) async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            for path in ["/v1/jobs", "/v1/jobs/\(job)/stream", "/healthz", "/nowhere"] {
                let answer = try await server.send("GET", path, headers: ["Host": host])
                #expect(answer.status == 421)
                #expect(try answer.problem().kind == .wrongHost)
            }
        }
    }

    @Test(arguments: ["localhost", "LOCALHOST:9", "localhost.", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080"])
    func `the loopback's names are the server's, on any port`(host: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.send("GET", "/healthz", headers: ["Host": host])
            #expect(answer.status == 200)
        }
    }

    @Test func `a name that was configured is the server's`() async throws {
        try await TestServer.run({ server, _ in server.hostNames = ["jobs.example"] }) { server in
            for (host, status) in [("Jobs.Example:443", 200), ("localhost", 200), ("other.example", 421)] {
                let answer = try await server.send("GET", "/healthz", headers: ["Host": host])
                #expect(answer.status == status)
            }
        }
    }

    @Test func `on an open address every name will do until some are configured`() async throws {
        try await TestServer.run({ server, _ in
            server.host = "0.0.0.0"
            server.insecure = true
        }) { server in
            let answer = try await server.send("GET", "/healthz", headers: ["Host": "any.example"])
            #expect(answer.status == 200)
        }
        try await TestServer.run({ server, _ in
            server.host = "0.0.0.0"
            server.insecure = true
            server.hostNames = ["jobs.example"]
        }) { server in
            for (host, status) in [("jobs.example", 200), ("any.example", 421)] {
                let answer = try await server.send("GET", "/healthz", headers: ["Host": host])
                #expect(answer.status == status)
            }
        }
    }
}
