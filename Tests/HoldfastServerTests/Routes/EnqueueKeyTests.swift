import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Keys over HTTP", .timeLimit(.minutes(1)))
struct EnqueueKeyTests {
    private static func body(_ terms: String, input: String = "{}") -> String {
        #"{"kind":"test.job","any_kind":true,"key":"report","input":\#(input),\#(terms)}"#
    }

    @Test func `a key that is kept is refused with the job that keeps it`() async throws {
        try await TestServer.run { server in
            let body = Self.body(#""unique":{"period":3600,"on_conflict":"reject"}"#)
            let first = try await server.send("POST", "/v1/jobs", body: body)
            #expect(first.status == 201)
            let job = try #require(try first.fields().string("id"))
            let head = try await server.head()
            let second = try await server.send("POST", "/v1/jobs", body: body)
            #expect(second.status == 409)
            #expect(try second.problem().kind == .duplicate)
            #expect(try second.problem().extras == [ProblemExtra("job", job)])
            #expect(try await server.head() == head)
            server.clock.advance(by: .seconds(3600))
            #expect(try await server.send("POST", "/v1/jobs", body: body).status == 201)
        }
    }

    @Test func `a job that waits is replaced`() async throws {
        try await TestServer.run { server in
            let body = Self.body(#""unique":{"on_conflict":"replace"}"#)
            let first = try #require(
                try await server.send("POST", "/v1/jobs", body: body).fields().string("id"))
            let second = try await server.send("POST", "/v1/jobs", body: body)
            #expect(second.status == 201)
            let replaced = try await server.send("GET", "/v1/jobs/\(first)").fields()
            #expect(try replaced.string("state") == "cancelled")
            #expect(try replaced.string("reason") == "replaced")
        }
    }

    @Test func `repeats of a debounced request answer with the job that waits`() async throws {
        try await TestServer.run { server in
            let body = Self.body(#""debounce":{"wait":10,"maximum":12.5}"#)
            let first = try await server.send("POST", "/v1/jobs", body: body)
            #expect(first.status == 201)
            #expect(
                try first.fields().timestamp("until") == server.clock.timestamp + .seconds(10))
            let start = server.clock.timestamp
            server.clock.advance(by: .seconds(5))
            let second = try await server.send("POST", "/v1/jobs", body: body)
            #expect(second.status == 200)
            #expect(try second.fields().string("id") == first.fields().string("id"))
            #expect(try second.fields().timestamp("until") == start + .milliseconds(12_500))
        }
    }

    @Test(arguments: [
        (#""unique":{"period":-1}"#, "period"), (#""unique":{"on_conflict":"ignore"}"#, "on_conflict"),
        (#""debounce":{}"#, "wait"), (#""debounce":{"wait":"5s"}"#, "wait"),
        (#""debounce":{"wait":1},"unique":{"period":1}"#, "debounce"),
    ])
    func `terms that do not fit are refused`(terms: String, field: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("POST", "/v1/jobs", body: Self.body(terms)).problem()
            #expect(problem.kind == .invalidField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            let keyless = #"{"kind":"test.job","any_kind":true,"debounce":{"wait":1}}"#
            let refused = try await server.send("POST", "/v1/jobs", body: keyless).problem()
            #expect(refused.extras == [ProblemExtra("field", "key")])
            let unknown = Self.body(#""unique":{"for":1}"#)
            #expect(try await server.send("POST", "/v1/jobs", body: unknown).problem().kind == .unknownField)
        }
    }

    @Test func `a body says what was read from it`() throws {
        for terms in [
            #""unique":{"period":90.5,"on_conflict":"reject"}"#, #""unique":{"on_conflict":"replace"}"#,
            #""debounce":{"wait":5,"maximum":60}"#, #""debounce":{"wait":0.5}"#,
        ] {
            let body = try EnqueueBody(parsing: Self.body(terms).utf8)
            #expect(try EnqueueBody(parsing: body.json.text.utf8) == body)
            #expect(body.unique != .whileUnfinished || body.debounce != nil)
        }
    }
}
