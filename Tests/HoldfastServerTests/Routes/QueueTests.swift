import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Queues over HTTP", .timeLimit(.minutes(1)))
struct QueueTests {
    private let limits =
        #"{"concurrency":3,"per_process":2,"rate":{"jobs":100,"window_us":1000000},"weight":3,"per_key":1}"#

    @Test func `limits are replaced as a whole, and asked again nothing is written`() async throws {
        try await TestServer.run { server in
            let first = try await server.send("PUT", "/v1/queues/mail", body: limits)
            #expect(first.status == 200)
            #expect(first.body == #"{"queue":"mail","limits":\#(limits),"jobs":{}}"#)
            let head = try await server.head()
            #expect(try await server.send("PUT", "/v1/queues/mail", body: limits).body == first.body)
            #expect(try await server.head() == head)
            let second = try await server.send("PUT", "/v1/queues/mail", body: #"{"weight":2}"#)
            #expect(second.body == #"{"queue":"mail","limits":{"weight":2},"jobs":{}}"#)
            #expect(try await server.send("GET", "/v1/queues/mail").body == second.body)
            let events = try await server.engine.log.read { try $0.events(EventQuery()).events }
            #expect(events.map(\.kind) == ["queue.configured", "queue.configured"])
            #expect(events.map(\.actor) == [.person("local"), .person("local")])
            #expect(events.first?.data.text == #"{"queue":"mail","# + limits.dropFirst())
        }
    }

    @Test func `a queue is paused and resumed with a reason`() async throws {
        try await TestServer.run { server in
            let path = "/v1/queues/day%20mail+/"
            let paused = try await server.send("POST", path + "pause", body: #"{"reason":"lunch"}"#)
            #expect(paused.status == 200)
            #expect(try paused.fields().string("queue") == "day mail+")
            let pause = try #require(try paused.fields().object("paused"))
            #expect(try pause.string("reason") == "lunch")
            #expect(try pause.timestamp("since") == server.clock.timestamp)
            #expect(try pause.object("actor")?.string("id") == "local")
            #expect(try await server.send("POST", path + "pause", body: "{}").body == paused.body)
            let resumed = try await server.send("POST", path + "resume")
            #expect(try resumed.fields().object("paused") == nil)
            #expect(try await server.head().value == 2)
        }
    }

    @Test func `the list has every queue with its limits and the number of its jobs`() async throws {
        try await TestServer.run { server in
            #expect(try await server.send("GET", "/v1/queues").body == #"{"queues":[]}"#)
            try await server.finishedJob()
            try await server.enqueue()
            _ = try await server.send("PUT", "/v1/queues/mail", body: #"{"concurrency":1}"#)
            let body = try await server.send("GET", "/v1/queues").body
            #expect(
                body
                    == #"{"queues":[{"queue":"default","limits":{"weight":1},"jobs":{"queued":1,"completed":1}},"#
                    + #"{"queue":"mail","limits":{"concurrency":1,"weight":1},"jobs":{}}]}"#)
        }
    }

    @Test(arguments: [
        (#"{"concurrency":0}"#, ProblemKind.invalidField, "concurrency"),
        (#"{"weight":1001}"#, .invalidField, "weight"), (#"{"weight":"3"}"#, .invalidField, "weight"),
        (#"{"rate":{"jobs":1}}"#, .invalidField, "window_us"),
        (#"{"rate":{"jobs":0,"window_us":1000000}}"#, .invalidField, "jobs"),
        (#"{"per_key":9223372036854775807}"#, .invalidField, "per_key"),
        (#"{"speed":3}"#, .unknownField, "speed"),
    ])
    func `what does not fit is refused and named`(
        body: String, kind: ProblemKind, field: String
    ) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("PUT", "/v1/queues/mail", body: body).problem()
            #expect(problem.kind == kind)
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(try await server.head() == .beginning)
        }
    }

    @Test func `a job is enqueued with its limit key`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"test.job","limit_key":"customer 7","any_kind":true}"#
            let answer = try await server.send("POST", "/v1/jobs", body: body)
            #expect(answer.status == 201)
            #expect(try answer.fields().string("limit_key") == "customer 7")
            #expect(
                try EnqueueBody(parsing: Array(body.utf8)).json.text.contains(#""limit_key":"customer 7""#))
        }
    }
}
