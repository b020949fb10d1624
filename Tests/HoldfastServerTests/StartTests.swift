import HoldfastEngine
import HoldfastServer
import HoldfastTesting
import Testing

@Suite("Beginning to listen", .timeLimit(.minutes(1)))
struct StartTests {
    @Test(arguments: [
        "0.0.0.0", "::", "192.168.1.5", "example.com", "127.0.0.1.evil.example", "127.0.0.256", "1270.0.0.1",
    ])
    func `an address that others can reach needs a word of consent`(host: String) throws {
        let engine = try JobEngine(InMemoryStore(), logger: TestServer.quiet)
        #expect(throws: ServerStartError.unprotected(host: host)) {
            try JobServer(engine: engine, configuration: JobServerConfiguration(host: host))
        }
        let consenting = JobServerConfiguration(host: host, insecure: true)
        #expect(throws: Never.self) { try JobServer(engine: engine, configuration: consenting) }
    }

    @Test func `where callers say who they are, no consent is needed`() throws {
        let engine = try JobEngine(InMemoryStore(), logger: TestServer.quiet)
        var configuration = JobServerConfiguration(host: "0.0.0.0")
        configuration.authentication = try Guest.authentication()
        #expect(throws: Never.self) { try JobServer(engine: engine, configuration: configuration) }
    }

    @Test(arguments: ["127.0.0.1", "127.8.8.8", "localhost", "Localhost", "::1"])
    func `the loopback needs none`(host: String) throws {
        let engine = try JobEngine(InMemoryStore(), logger: TestServer.quiet)
        #expect(throws: Never.self) {
            try JobServer(engine: engine, configuration: JobServerConfiguration(host: host))
        }
    }

    @Test func `files that are missing or hold something else are named before anything is opened`() throws {
        let engine = try JobEngine(InMemoryStore(), logger: TestServer.quiet)
        let (missing, other) = (#filePath + ".none", #filePath)
        let noChain = "it holds no certificate in the form of PEM"
        let cases: [(ServerTLS, ServerStartError)] = [
            (
                ServerTLS(certificateFile: missing, keyFile: other),
                .certificate(file: missing, reason: "there is no such file")
            ),
            (
                ServerTLS(certificateFile: other, keyFile: other),
                .certificate(file: other, reason: noChain)
            ),
        ]
        for (files, error) in cases {
            #expect(throws: error) {
                try JobServer(engine: engine, configuration: JobServerConfiguration(tls: files))
            }
        }
    }

    @Test func `a port that is taken is named, and the server that has it goes on`() async throws {
        try await TestServer.run { server in
            await #expect(throws: ServerStartError.taken(host: "127.0.0.1", port: server.port)) {
                try await TestServer.run({ second, _ in second.port = server.port }) { _ in }
            }
            let answer = try await server.send("GET", "/healthz")
            #expect(answer.status == 200)
        }
    }

    @Test func `an address that is not of this machine is named`() async throws {
        await #expect(throws: ServerStartError.noSuchAddress(host: "192.0.2.1")) {
            try await TestServer.run({ server, _ in
                server.host = "192.0.2.1"
                server.insecure = true
            }) { _ in }
        }
    }

    @Test(arguments: [
        ServerStartError.taken(host: "h", port: 7), .unprotected(host: "h"),
        .notPermitted(host: "h", port: 7),
        .noSuchAddress(host: "h"),
    ])
    func `every reason is a sentence that says what to do`(error: ServerStartError) {
        #expect(error.description.contains("h"))
        #expect(["choose", "listen"].contains { error.description.contains($0) })
    }

    @Test func `a port that was served is free again after the stop`() async throws {
        let port = try await TestServer.run { server in
            _ = try await server.send("GET", "/healthz")
            return server.port
        }
        try await TestServer.run({ server, _ in server.port = port }) { server in
            #expect(server.port == port)
            let answer = try await server.send("GET", "/healthz")
            #expect(answer.status == 200)
        }
    }
}
