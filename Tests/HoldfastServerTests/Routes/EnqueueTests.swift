import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Enqueueing over HTTP", .timeLimit(.minutes(1)))
struct EnqueueTests {
    @Test func `a job is answered with 201, its place and itself`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "POST", "/v1/jobs", body: #"{"kind":"ledger.import","input":{"file":"a"},"any_kind":true}"#)
            #expect(answer.status == 201)
            let fields = try answer.fields()
            let id = try #require(try fields.string("id").flatMap(JobID.init))
            #expect(answer.headers["location"] == "/v1/jobs/\(id)")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(try fields.string("state") == "queued")
            let read = try await server.send("GET", "/v1/jobs/\(id)")
            #expect(read.status == 200)
            #expect(read.body == answer.body)
        }
    }

    @Test func `everything that can be said about a job is recorded`() async throws {
        try await TestServer.run { server in
            let answer = try await server.send(
                "POST", "/v1/jobs",
                body: """
                    {"kind": "ledger.import", "input": null, "queue": "imports", "priority": "high",
                     "key": "october", "tags": ["a", "b"], "retry": {"max_attempts": 3}, "any_kind": true}
                    """)
            let id = try #require(try answer.fields().string("id").flatMap(JobID.init))
            let recorded = try #require(try await server.history(of: id).first).decoded()
            guard case .job(.enqueued(let event)) = recorded.event else {
                Issue.record("the first event is another one")
                return
            }
            #expect(recorded.actor == .person("local"))
            #expect(
                event
                    == JobEnqueued(
                        kind: "ledger.import", queue: "imports", priority: .high, input: .null,
                        key: "october", tags: ["a", "b"], retry: .exponential(maxAttempts: 3)))
        }
    }

    @Test func `the input keeps its bytes, but for white space between tokens`() async throws {
        try await TestServer.run { server in
            let input = #"{ "b" : 1.50, "a":"\u00e9 é \/", "b2":[1e3, -0.0], "big":12345678901234567890 }"#
            let id = try await server.post(#"{"any_kind":true,"kind":"k","input":\#(input)}"#)
            let fields = try await server.send("GET", "/v1/jobs/\(id)").fields()
            #expect(fields.raw("input") == (try JSONText(validating: input)))
        }
    }

    @Test func `a job without input has the input without fields`() async throws {
        try await TestServer.run { server in
            let id = try await server.post(#"{"kind":"k","any_kind":true}"#)
            #expect(try await server.send("GET", "/v1/jobs/\(id)").fields().raw("input") == .emptyObject)
        }
    }

    @Test func `the same key gives the same job with 200 until it ends, and writes nothing`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"k","key":"october","any_kind":true,"input":1}"#
            let first = try await server.post(body)
            let head = try await server.head()
            let again = try await server.send("POST", "/v1/jobs", body: body)
            #expect(again.status == 200)
            #expect(try again.fields().string("id") == "\(first)")
            #expect(try await server.head() == head)

            let otherKind = try await server.post(#"{"kind":"k2","key":"october","any_kind":true}"#)
            #expect(otherKind != first)
            try await server.engine.steer(.cancel(reason: nil), first, by: .person("ana"))
            let next = try await server.post(body)
            #expect(next != first)
        }
    }

    @Test func `the same key from many callers at once makes one job`() async throws {
        try await TestServer.run { server in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...20 {
                    group.addTask {
                        try await server.send(
                            "POST", "/v1/jobs", body: #"{"kind":"k","key":"one","any_kind":true}"#
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == Array(repeating: 200, count: 19) + [201])
            #expect(try await server.head().value == 1)
        }
    }

    @Test func `a job for later is scheduled, one for a moment that has passed is queued`() async throws {
        try await TestServer.run { server in
            let later = try await server.post(
                #"{"kind":"k","any_kind":true,"not_before":"2026-10-08T14:00:00+01:00"}"#)
            let fields = try await server.send("GET", "/v1/jobs/\(later)").fields()
            #expect(try fields.string("state") == "scheduled")
            #expect(try fields.timestamp("until") == server.clock.timestamp + .seconds(3600))
            let past = try await server.post(
                #"{"kind":"k","any_kind":true,"not_before":"2020-01-01T00:00:00Z"}"#)
            #expect(try await server.send("GET", "/v1/jobs/\(past)").fields().string("state") == "queued")
        }
    }

    @Test func `a kind that a worker announced needs no word of its own`() async throws {
        try await TestServer.run { server in
            _ = try await server.engine.log.write { transaction in
                transaction.record(
                    .workerJoined(
                        WorkerJoined(worker: "w", engine: "e", queues: ["default"], kinds: ["known"])),
                    by: .worker("w"))
            }
            #expect(try await server.send("POST", "/v1/jobs", body: #"{"kind":"known"}"#).status == 201)
        }
    }

    @Test func `a large input is answered with a reference and fetched whole`() async throws {
        try await TestServer.run { server in
            let input = #""\#(String(repeating: "x", count: 200_000))""#
            let id = try await server.post(#"{"kind":"k","any_kind":true,"input":\#(input)}"#)
            let fields = try await server.send("GET", "/v1/jobs/\(id)").fields()
            #expect(fields.raw("input") == nil)
            let digest = try #require(try fields.object("input_ref")?.string("sha256"))
            #expect(try await server.send("GET", "/v1/jobs/\(id)/payloads/\(digest)").body == input)

            let other = try await server.enqueue()
            let foreign = try await server.send("GET", "/v1/jobs/\(other)/payloads/\(digest)")
            #expect(try foreign.problem().kind == .unknownPayload)
        }
    }
}

extension TestServer {
    /// Enqueues a job over HTTP.
    func post(_ body: String) async throws -> JobID {
        let answer = try await send("POST", "/v1/jobs", body: body)
        try #require(answer.status == 201, "\(answer.body)")
        return try #require(try answer.fields().string("id").flatMap(JobID.init))
    }
}
