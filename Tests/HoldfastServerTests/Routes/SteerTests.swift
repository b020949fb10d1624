import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@Suite("Steering a job over HTTP", .timeLimit(.minutes(1)))
struct SteerTests {
    @Test func `a waiting job is cancelled at once, with the reason and whoever asked`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let answer = try await server.send(
                "POST", "/v1/jobs/\(job)/cancel", body: #"{"reason":"sent twice"}"#)
            #expect(answer.status == 200)
            let fields = try answer.fields()
            #expect(try fields.string("state") == "cancelled")
            #expect(try fields.string("reason") == "sent twice")
            let event = try #require(try await server.history(of: job).last)
            #expect(event.kind == "job.cancelled")
            #expect(event.actor == .person("local"))
            #expect(try JSONFields(event.data).string("reason") == "sent twice")
            #expect(try await server.send("GET", "/v1/jobs/\(job)").body == answer.body)
        }
    }

    @Test func `a running job is asked to stop, and goes on until its handler does`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let worker = try await HandWorker(server, job)
            let answer = try await server.send(
                "POST", "/v1/jobs/\(job)/cancel", body: #"{"reason":"enough"}"#)
            #expect(answer.status == 200)
            let request = try #require(try answer.fields().object("cancel_request"))
            #expect(try request.string("reason") == "enough")
            #expect(try answer.fields().string("state") == "running")
            try await worker.work(.cancel(reason: nil))
            #expect(try await server.send("GET", "/v1/jobs/\(job)").fields().string("state") == "cancelled")
        }
    }

    @Test(arguments: ["", "{}", "{\"reason\":null}", "{\"reason\":\"again\"}"])
    func `asked again it answers the same and writes nothing`(body: String) async throws {
        try await TestServer.run { server in
            let waiting = try await server.enqueue()
            let running = try await HandWorker(server, try await server.enqueue()).job
            for job in [waiting, running] {
                let path = "/v1/jobs/\(job)/cancel"
                let first = try await server.send("POST", path, body: #"{"reason":"first"}"#)
                let head = try await server.head()
                let again = try await server.send("POST", path, body: body)
                #expect(again.status == 200)
                #expect(again.body == first.body)
                #expect(try await server.head() == head)
            }
        }
    }

    @Test func `a job that has ended otherwise cannot be cancelled`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let head = try await server.head()
            let problem = try await server.send("POST", "/v1/jobs/\(job)/cancel").problem()
            #expect(problem.kind == .jobEnded)
            #expect(problem.status == 409)
            #expect(problem.extras == [ProblemExtra("state", "completed")])
            #expect(try await server.head() == head)
        }
    }

    @Test func `an ended job is begun again once, however often that is asked`() async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let first = try await server.send("POST", "/v1/jobs/\(job)/retry", body: #"{"reason":"fixed"}"#)
            #expect(try first.fields().string("state") == "queued")
            #expect(try first.fields().integer("life") == 2)
            let again = try await server.send("POST", "/v1/jobs/\(job)/retry")
            #expect(again.status == 200)
            let retries = try await server.history(of: job).filter { $0.kind == "job.retried" }
            #expect(retries.map(\.actor) == [.person("local")])
        }
    }

    @Test func `a paused job goes on, and one that is not paused is left as it is`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            try await server.engine.steer(.pause(reason: nil), job, by: .person("ana"))
            for _ in 1...2 {
                let answer = try await server.send("POST", "/v1/jobs/\(job)/resume")
                #expect(try answer.fields().string("state") == "queued")
            }
            #expect(try await server.history(of: job).map(\.kind).count { $0 == "job.unpaused" } == 1)
            let ended = try await server.finishedJob()
            #expect(try await server.send("POST", "/v1/jobs/\(ended)/resume").problem().kind == .jobEnded)
        }
    }

    @Test(arguments: ["cancel", "retry", "resume"])
    func `a body that does not fit or a job that is not there is refused`(verb: String) async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let path = "/v1/jobs/\(job)/\(verb)"
            #expect(try await server.send("POST", path, body: "{").problem().kind == .malformedJSON)
            let unknown = try await server.send("POST", path, body: #"{"why":"x"}"#).problem()
            #expect(unknown.extras == [ProblemExtra("field", "why")])
            #expect(
                try await server.send("POST", path, body: #"{"reason":7}"#).problem().kind == .invalidField)
            let long = #"{"reason":"\#(String(repeating: "x", count: 70_000))"}"#
            #expect(try await server.send("POST", path, body: long).problem().kind == .tooLarge)
            for id in [JobID(high: 1, low: 2).description, "not-an-id"] {
                let problem = try await server.send("POST", "/v1/jobs/\(id)/\(verb)").problem()
                #expect(problem.kind == .unknownJob)
                #expect(problem.status == 404)
            }
            #expect(try await server.history(of: job).count == 1)
        }
    }
}
