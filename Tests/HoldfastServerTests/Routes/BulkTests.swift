import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Bulk operations over HTTP", .timeLimit(.minutes(1)))
struct BulkTests {
    @Test func `an operation is accepted, shown as it goes on, and listed`() async throws {
        try await TestServer.run { server in
            for _ in 0..<3 { try await server.enqueue() }
            try await server.enqueue("other.job")
            let body = #"{"command":"cancel","filter":{"kind":"test.job"},"reason":"enough"}"#
            let answer = try await server.send("POST", "/v1/bulk", body: body)
            #expect(answer.status == 202)
            let id = try #require(try answer.fields().string("id"))
            #expect(answer.headers["location"] == "/v1/bulk/\(id)")
            #expect(try answer.fields().string("state") == "running")
            _ = try await server.engine.bulkHandle(BulkID(unchecked: id)).result()
            let done = try await server.send("GET", "/v1/bulk/\(id)").fields()
            #expect(try done.string("state") == "finished")
            #expect(try done.integer("matched") == 3)
            #expect(try done.integer("changed") == 3)
            #expect(try done.object("actor")?.string("id") == "local")
            #expect(try done.object("command")?.string("reason") == "enough")
            let list = try await server.send("GET", "/v1/bulk?limit=5")
            #expect(list.body.contains(id))
        }
    }

    @Test func `a dry run says how many, and does nothing`() async throws {
        try await TestServer.run { server in
            for _ in 0..<3 { try await server.enqueue() }
            let head = try await server.head()
            let answer = try await server.send(
                "POST", "/v1/bulk",
                body: #"{"command":"pause","filter":{"state":["queued"]},"dry_run":true}"#)
            #expect(answer.status == 200)
            #expect(answer.body == #"{"matched":3}"#)
            #expect(try await server.head() == head)
        }
    }

    @Test(arguments: [
        (#"{"filter":{}}"#, "command"), (#"{"command":"explode","filter":{}}"#, "command"),
        (#"{"command":"cancel"}"#, "filter"), (#"{"command":"cancel","filter":{"state":["odd"]}}"#, "state"),
        (#"{"command":"retry","filter":{},"spread":-1}"#, "spread"),
    ])
    func `a body that does not fit is refused`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("POST", "/v1/bulk", body: body).problem()
            #expect(problem.kind == .invalidField)
            #expect(problem.extras == [ProblemExtra("field", field)])
            let unknown = #"{"command":"cancel","filter":{"color":"red"}}"#
            #expect(try await server.send("POST", "/v1/bulk", body: unknown).problem().kind == .unknownField)
            #expect(try await server.send("GET", "/v1/bulk/none").problem().kind == .unknownBulk)
            #expect(try await server.head() == .beginning)
        }
    }
}
