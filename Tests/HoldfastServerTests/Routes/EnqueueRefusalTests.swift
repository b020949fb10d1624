import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import Testing

@Suite("Refusing to enqueue", .timeLimit(.minutes(1)))
struct EnqueueRefusalTests {
    @Test(arguments: ["", "{", "[]", "\"kind\"", "{\"kind\":}", "{\"kind\":\"k\"} x", "{'kind':'k'}", "nul"])
    func `a body that is no JSON object is refused with the place`(body: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.refusal(of: body)
            #expect(problem.kind == .malformedJSON)
            #expect(problem.status == 400)
            #expect(problem.extras.map(\.name) == ["offset"])
        }
    }

    @Test func `a body that is not UTF-8 is refused with the place`() async throws {
        try await TestServer.run { server in
            let answer = try await WireConnection.exchange(
                port: server.port, "POST", "/v1/jobs", body: Array(#"{"kind":""#.utf8) + [0xFF, 0xFE])
            let problem = try answer.problem()
            #expect(problem.kind == .malformedJSON)
            #expect(problem.extras == [ProblemExtra("offset", 9)])
        }
    }

    @Test func `a body nested deeper than any value is refused, and the server lives`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"k","any_kind":true,"input":"# + String(repeating: "[", count: 200_000)
            let problem = try await server.refusal(of: body)
            #expect(problem.kind == .malformedJSON)
            #expect(try await server.send("GET", "/healthz").status == 200)
        }
    }

    @Test(arguments: [
        ("{\"kind\":\"k\",\"imput\":1}", "imput"),
        ("{\"kind\":\"k\",\"retry\":{\"attempts\":2}}", "attempts"),
        ("{\"kind\":\"k\",\"ovner\":\"ana\"}", "ovner"),
    ])
    func `a field that means nothing is refused by name`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.refusal(of: body)
            #expect(problem.kind == .unknownField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(problem.detail.contains("there are "), "what there is should be listed")
        }
    }

    @Test(arguments: [
        ("{}", "kind"), ("{\"kind\":null}", "kind"), ("{\"kind\":7}", "kind"), ("{\"kind\":\"\"}", "kind"),
        ("{\"kind\":\"a\\nb\"}", "kind"), ("{\"kind\":\"k\",\"kind\":\"k\"}", "kind"),
        ("{\"kind\":\"k\",\"queue\":\"\"}", "queue"), ("{\"kind\":\"k\",\"queue\":[]}", "queue"),
        ("{\"kind\":\"k\",\"priority\":\"urgent\"}", "priority"),
        ("{\"kind\":\"k\",\"priority\":101}", "priority"),
        ("{\"kind\":\"k\",\"priority\":1.5}", "priority"), ("{\"kind\":\"k\",\"key\":5}", "key"),
        ("{\"kind\":\"k\",\"tags\":\"x\"}", "tags"), ("{\"kind\":\"k\",\"tags\":[1]}", "tags"),
        ("{\"kind\":\"k\",\"tags\":[\"\"]}", "tags"),
        ("{\"kind\":\"k\",\"not_before\":\"tomorrow\"}", "not_before"),
        ("{\"kind\":\"k\",\"not_before\":1791460800}", "not_before"),
        ("{\"kind\":\"k\",\"retry\":3}", "retry"),
        ("{\"kind\":\"k\",\"retry\":{\"max_attempts\":0}}", "max_attempts"),
        ("{\"kind\":\"k\",\"any_kind\":\"yes\"}", "any_kind"),
    ])
    func `a field of the wrong form is refused by name`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.refusal(of: body)
            #expect(problem.kind == .invalidField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(problem.detail.hasPrefix("\"\(field)\" should be "))
        }
    }

    @Test func `a kind that nobody announced is refused, and the way around it is named`() async throws {
        try await TestServer.run { server in
            let problem = try await server.refusal(of: #"{"kind":"typo.import"}"#)
            #expect(problem.kind == .unknownKind)
            #expect(problem.status == 422)
            #expect(
                problem.extras == [
                    ProblemExtra("kind", "typo.import"), ProblemExtra("known", JSONText(unchecked: "[]")),
                ])
            #expect(problem.detail.contains("any_kind"))
        }
    }

    @Test func `a value above the limit is refused before anything is written, one at it is not`()
        async throws
    {
        try await TestServer.run({ _, engine in engine.log.payloadLimit = 1000 }) { server in
            func body(_ bytes: Int) -> String {
                #"{"kind":"k","any_kind":true,"input":"\#(String(repeating: "x", count: bytes - 2))"}"#
            }
            let problem = try await server.refusal(of: body(1001))
            #expect(problem.kind == .tooLarge)
            #expect(problem.status == 413)
            #expect(problem.detail.contains("1001") && problem.detail.contains("1000"))
            #expect(try await server.send("POST", "/v1/jobs", body: body(1000)).status == 201)
        }
    }

    @Test func `a body above the limit is refused, announced or not`() async throws {
        try await TestServer.run({ server, _ in server.bodyLimit = 2000 }) { server in
            let large = #"{"kind":"k","any_kind":true,"input":"\#(String(repeating: "x", count: 4000))"}"#
            let announced = try await server.refusal(of: large)
            #expect(announced.kind == .tooLarge)
            #expect(announced.extras == [ProblemExtra("limit", 2000)])

            let connection = try await WireConnection(port: server.port)
            let head = WireConnection.head(
                "POST", "/v1/jobs", port: server.port,
                headers: ["Transfer-Encoding": "chunked", "Connection": "close"])
            try await connection.send(
                head + String(large.utf8.count, radix: 16) + "\r\n\(large)\r\n0\r\n\r\n")
            var reader = WireReader(connection)
            #expect(try await reader.answer().problem().kind == .tooLarge)
        }
    }
}

extension TestServer {
    /// Sends a body that is refused, and makes sure that nothing was written.
    fileprivate func refusal(
        of body: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Problem {
        let before = try await head()
        let answer = try await send("POST", "/v1/jobs", body: body)
        #expect(try await head() == before, sourceLocation: sourceLocation)
        return try answer.problem(sourceLocation: sourceLocation)
    }
}
