import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@Suite("Forking a job over HTTP", .timeLimit(.minutes(1)))
struct ForkTests {
    /// A completed job with the steps parse, check and post.
    private func original(_ server: TestServer) async throws -> JobID {
        let job = try await server.enqueue(input: #"{"file":"a"}"#)
        let worker = try await HandWorker(server, job)
        for step: StepName in ["parse", "check", "post"] { try await worker.step(step) }
        try await worker.complete()
        return job
    }

    private func steps(_ fields: JSONFields, _ name: String) throws -> [String] {
        try #require(fields.raw(name).flatMap(JSONValues.elements)).map {
            let fields = try JSONFields($0)
            return "\(try fields.string("name") ?? "")#\(try fields.integer("occurrence") ?? 0)"
        }
    }

    @Test func `a dry run says what would be reused, and writes nothing`() async throws {
        try await TestServer.run { server in
            let job = try await original(server)
            let head = try await server.head()
            let answer = try await server.fork(job, #"{"step":"check","dry_run":true}"#)
            #expect(answer.status == 200)
            let fields = try answer.fields()
            #expect(try fields.string("job") == job.description)
            #expect(try fields.object("step")?.string("name") == "check")
            #expect(try steps(fields, "reused") == ["parse#1"])
            #expect(try steps(fields, "again") == ["check#1", "post#1"])
            #expect(try await server.head() == head)
        }
    }

    @Test func `a fork is a new job that reuses what was recorded before the step`() async throws {
        try await TestServer.run { server in
            let job = try await original(server)
            let answer = try await server.fork(
                job, #"{"step":"check","input":{"file":"b"},"reason":"wrong rate"}"#)
            #expect(answer.status == 201)
            let fields = try answer.fields()
            let id = try #require(try fields.string("id").flatMap(JobID.init))
            #expect(answer.headers["location"] == "/v1/jobs/\(id)")
            #expect(fields.raw("input")?.text == #"{"file":"b"}"#)
            #expect(try fields.object("fork")?.string("job") == job.description)
            #expect(try await server.kinds(of: id) == ["job.enqueued", "step.completed"])
            let note = try #require(try await server.history(of: job).last)
            #expect(note.kind == "job.forked")
            #expect(try JSONFields(note.data).string("job") == id.description)
            #expect(try JSONFields(note.data).string("reason") == "wrong rate")
            #expect(try await server.send("GET", "/v1/jobs/\(job)").fields().string("state") == "completed")
        }
    }

    @Test func `without an input it has that of the job, and a step is meant by its occurrence`() async throws
    {
        try await TestServer.run { server in
            let job = try await original(server)
            let answer = try await server.fork(job, #"{"step":"parse","occurrence":1}"#)
            #expect(try answer.fields().raw("input")?.text == #"{"file":"a"}"#)
            #expect(try answer.fields().integer("recorded_steps") == 0)
        }
    }

    @Test(arguments: [#"{"step":"none"}"#, #"{"step":"parse","occurrence":2}"#])
    func `a step that never began is not there`(body: String) async throws {
        try await TestServer.run { server in
            let job = try await original(server)
            let head = try await server.head()
            let problem = try await server.fork(job, body).problem()
            #expect(problem.kind == .unknownStep)
            #expect(problem.status == 404)
            #expect(problem.extras.map(\.name) == ["step"])
            #expect(try await server.head() == head)
            #expect(try await server.fork(JobID(high: 1, low: 2), body).problem().kind == .unknownJob)
        }
    }

    @Test(arguments: [
        ("{}", "step"), (#"{"step":7}"#, "step"), (#"{"step":"a","occurrence":0}"#, "occurrence"),
        (#"{"step":"a","dry_run":1}"#, "dry_run"), (#"{"step":"a","at":1}"#, "at"),
    ])
    func `a field that does not fit is refused by name`(body: String, field: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.fork(try await server.enqueue(), body).problem()
            #expect(problem.extras == [ProblemExtra("field", field)])
        }
    }
}

extension TestServer {
    fileprivate func fork(_ job: JobID, _ body: String) async throws -> WireAnswer {
        try await send("POST", "/v1/jobs/\(job)/fork", body: body)
    }
}
