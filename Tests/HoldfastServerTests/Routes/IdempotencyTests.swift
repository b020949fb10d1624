import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Requests that are sent again", .timeLimit(.minutes(1)))
struct IdempotencyTests {
    private let body = #"{"kind":"test.job","any_kind":true,"input":{"n":1}}"#

    @Test func `the same key with the same body gives the same job, and writes nothing`() async throws {
        try await TestServer.run { server in
            let first = try await server.repeatable("/v1/jobs", "order-1", body)
            #expect(first.status == 201)
            let head = try await server.head()
            let second = try await server.repeatable("/v1/jobs", "order-1", body)
            #expect(second.status == 200)
            #expect(second.body == first.body)
            #expect(second.headers["location"] == nil)
            #expect(try await server.head() == head)
            #expect(try await server.repeatable("/v1/jobs", "order-2", body).status == 201)
            #expect(try await server.send("POST", "/v1/jobs", body: body).status == 201)
        }
    }

    @Test func `another body, another path or a key that is none is refused`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let step = #"{"step":"parse"}"#
            try await server.repeatable("/v1/jobs", "order-1", body).expect(201)
            let head = try await server.head()
            for (path, body) in [("/v1/jobs", body + " "), ("/v1/jobs/\(job)/fork", step)] {
                let problem = try await server.repeatable(path, "order-1", body).problem()
                #expect(problem.kind == .requestReused)
                #expect(problem.status == 422)
                #expect(problem.extras == [ProblemExtra("request", "order-1")])
            }
            let problem = try await server.repeatable(
                "/v1/jobs", String(repeating: "x", count: 201), body
            ).problem()
            #expect(problem.kind == .invalidHeader)
            #expect(problem.extras == [ProblemExtra("header", "Idempotency-Key")])
            #expect(try await server.head() == head)
        }
    }

    @Test func `twenty clients that ask at once get one job`() async throws {
        try await TestServer.run { server in
            let answers = try await withThrowingTaskGroup(of: WireAnswer.self) { group in
                for _ in 1...20 {
                    group.addTask { try await server.repeatable("/v1/jobs", "order-1", body) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == Array(repeating: 200, count: 19) + [201])
            #expect(Set(try answers.map { try $0.fields().string("id") }).count == 1)
            let events = try await server.engine.log.read { try $0.events(EventQuery()).events }
            #expect(events.map(\.kind) == ["job.enqueued", "request.answered"])
        }
    }

    @Test func `it is kept after the job has ended, for more than a day, and across a restart`() async throws
    {
        let store = InMemoryStore()
        let job = try await TestServer.run(over: store) { server in
            let answer = try await server.repeatable("/v1/jobs", "order-1", body)
            let id = try #require(try answer.fields().string("id").flatMap(JobID.init))
            try await HandWorker(server, id).complete()
            return id
        }
        try await TestServer.run(over: store) { server in
            server.clock.advance(by: .seconds(25 * 3600))
            let head = try await server.head()
            let answer = try await server.repeatable("/v1/jobs", "order-1", body)
            #expect(answer.status == 200)
            #expect(try answer.fields().string("id") == job.description)
            #expect(try answer.fields().string("state") == "completed")
            #expect(try await server.head() == head)
            try await server.repeatable("/v1/jobs", "order-1", #"{"kind":"test.job"}"#).expect(422)
        }
    }

    @Test func `a request that found the job of its key finds that job again`() async throws {
        try await TestServer.run { server in
            let body = #"{"kind":"test.job","any_kind":true,"key":"a"}"#
            let first = try await server.repeatable("/v1/jobs", "r-1", body).fields().string("id")
            let second = try await server.repeatable("/v1/jobs", "r-2", body)
            #expect(second.status == 200)
            try await HandWorker(server, try #require(first.flatMap(JobID.init))).complete()
            // Without a key of the request it would be a new job now.
            #expect(try await server.repeatable("/v1/jobs", "r-2", body).fields().string("id") == first)
            #expect(try await server.repeatable("/v1/jobs", "r-3", body).fields().string("id") != first)
        }
    }

    @Test func `a refused request may be sent again`() async throws {
        try await TestServer.run { server in
            let unknown = #"{"kind":"test.job"}"#
            #expect(
                try await server.repeatable("/v1/jobs", "r-1", unknown).problem().kind == .unknownKind)
            try await server.repeatable("/v1/jobs", "r-1", body).expect(201)
        }
    }

    @Test func `a fork is made once`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let path = "/v1/jobs/\(job)/fork"
            let first = try await server.repeatable(path, "r-1", #"{"step":"parse"}"#)
            #expect(first.status == 201)
            let head = try await server.head()
            let second = try await server.repeatable(path, "r-1", #"{"step":"parse"}"#)
            #expect(second.status == 200)
            #expect(second.body == first.body)
            #expect(try await server.head() == head)
        }
    }

    @Test func `a retry counts once, whatever has happened to the job since`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let path = "/v1/jobs/\(job)/retry"
            try await server.repeatable(path, "r-1", "").expect(200)
            try await HandWorker(server, job).complete()
            let answer = try await server.repeatable(path, "r-1", "")
            #expect(answer.status == 200)
            #expect(try answer.fields().string("state") == "completed")
            try await server.repeatable(path, "r-2", "").expect(200)
            #expect(try await server.kinds(of: job).count { $0 == "job.retried" } == 2)
        }
    }

    @Test func `a bulk operation and a run of a schedule are begun once`() async throws {
        try await TestServer.run { server in
            let bulk = #"{"command":"pause","filter":{}}"#
            let first = try await server.repeatable("/v1/bulk", "r-1", bulk)
            #expect(first.status == 202)
            let second = try await server.repeatable("/v1/bulk", "r-1", bulk)
            #expect(try second.fields().string("id") == first.fields().string("id"))
            try await server.repeatable("/v1/bulk", "r-1", #"{"command":"resume","filter":{}}"#).expect(422)

            let job = #"{"kind":"test.job","any_kind":true}"#
            try await server.send(
                "PUT", "/v1/schedules/nightly", body: #"{"every_seconds":60,"job":\#(job)}"#
            ).expect(200)
            for _ in 1...3 { try await server.repeatable("/v1/schedules/nightly/run", "r-1", "").expect(200) }
            let runs = EventQuery(kinds: [.jobEnqueued])
            #expect(try await server.engine.log.read { try $0.events(runs).events.count } == 1)
        }
    }

    @Test func `a signal's key with another payload is refused`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let path = "/v1/jobs/\(job)/signal"
            try await server.repeatable(path, "r-1", #"{"name":"payment","payload":7}"#).expect(200)
            try await server.repeatable(path, "r-1", #"{"payload":7,"name":"payment"}"#).expect(200)
            for body in [#"{"name":"payment","payload":8}"#, #"{"name":"refund","payload":7}"#] {
                let problem = try await server.repeatable(path, "r-1", body).problem()
                #expect(problem.kind == .requestReused)
                #expect(problem.status == 422)
            }
            #expect(try await server.kinds(of: job) == ["job.enqueued", "signal.received"])
        }
    }
}

extension TestServer {
    /// Sends a request under an `Idempotency-Key`.
    fileprivate func repeatable(_ path: String, _ key: String, _ body: String) async throws -> WireAnswer {
        try await send("POST", path, headers: ["Idempotency-Key": key], body: body)
    }
}
