import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Pausing and moving jobs over HTTP", .timeLimit(.minutes(1)))
struct ControlTests {
    @Test func `a job that nobody runs is paused at once`() async throws {
        try await TestServer.run { server in
            for job in [try await server.enqueue(), try await server.asking()] {
                let answer = try await server.send(
                    "POST", "/v1/jobs/\(job)/pause", body: #"{"reason":"books closed"}"#)
                #expect(answer.status == 200)
                let fields = try answer.fields()
                #expect(try fields.string("state") == "paused")
                #expect(try fields.string("reason") == "books closed")
                #expect(try fields.object("actor")?.string("id") == "local")
            }
        }
    }

    @Test func `a running job is asked to pause, within the time that is given`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let answer = try await server.send(
                "POST", "/v1/jobs/\(worker.job)/pause", body: #"{"within_seconds":5}"#)
            #expect(try answer.fields().string("state") == "running")
            let request = try #require(try answer.fields().object("pause_request"))
            #expect(try request.object("actor")?.string("id") == "local")
            #expect(try request.timestamp("deadline") == server.clock.timestamp + .seconds(5))
            try await worker.work(.pause(reason: nil))
            #expect(
                try await server.send("GET", "/v1/jobs/\(worker.job)").fields().string("state") == "paused")
        }
    }

    @Test func `a running job is cancelled within the time that is given`() async throws {
        try await TestServer.run { server in
            let job = try await HandWorker(server, try await server.enqueue()).job
            let answer = try await server.send(
                "POST", "/v1/jobs/\(job)/cancel", body: #"{"within_seconds":0,"reason":"now"}"#)
            let request = try #require(try answer.fields().object("cancel_request"))
            #expect(try request.timestamp("deadline") == server.clock.timestamp)
        }
    }

    @Test func `the decisions that come while a job is paused are kept, and it goes back to where it was`()
        async throws
    {
        try await TestServer.run { server in
            let (decided, waiting) = (try await server.asking(), try await server.asking())
            for job in [decided, waiting] {
                try await server.send("POST", "/v1/jobs/\(job)/pause").expect(200)
            }
            try await server.decide(decided, "gate", #"{"decision":"approve"}"#).expect(200)
            for job in [decided, waiting] {
                let answer = try await server.send("POST", "/v1/jobs/\(job)/resume")
                #expect(try answer.fields().string("state") == "queued")
            }
        }
    }

    @Test func `a job gets another priority and another moment`() async throws {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let high = try await server.send(
                "POST", "/v1/jobs/\(job)/reprioritise", body: #"{"priority":"high","reason":"audit"}"#)
            #expect(try high.fields().integer("priority") == Int64(JobPriority.high.value))
            let number = try await server.send(
                "POST", "/v1/jobs/\(job)/reprioritise", body: #"{"priority":-7}"#)
            #expect(try number.fields().integer("priority") == -7)
            let moment = server.clock.timestamp + .seconds(60)
            let later = try await server.send(
                "POST", "/v1/jobs/\(job)/reschedule", body: #"{"not_before":"\#(moment)"}"#)
            #expect(try later.fields().string("state") == "scheduled")
            #expect(try later.fields().timestamp("until") == moment)
            let now = try await server.send(
                "POST", "/v1/jobs/\(job)/reschedule", body: #"{"not_before":"\#(server.clock.timestamp)"}"#)
            #expect(try now.fields().string("state") == "queued")
            #expect(
                try await server.kinds(of: job) == [
                    "job.enqueued", "job.reprioritised", "job.reprioritised", "job.rescheduled",
                    "job.rescheduled",
                ])
        }
    }

    @Test(arguments: [
        ("pause", #"{"reason":"a"}"#), ("cancel", #"{"within_seconds":1}"#),
        ("reprioritise", #"{"priority":5}"#), ("reschedule", #"{"not_before":"2100-01-01T00:00:00Z"}"#),
    ])
    func `repeated it answers the same and writes nothing`(verb: String, body: String) async throws {
        try await TestServer.run { server in
            var jobs = [try await server.enqueue()]
            // A due time is for jobs that nobody runs.
            if verb != "reschedule" {
                jobs.append(try await HandWorker(server, try await server.enqueue()).job)
            }
            for job in jobs {
                let path = "/v1/jobs/\(job)/\(verb)"
                let first = try await server.send("POST", path, body: body)
                first.expect(200)
                let head = try await server.head()
                let again = try await server.send("POST", path, body: body)
                #expect(again.status == 200)
                #expect(again.body == first.body)
                #expect(try await server.head() == head)
            }
        }
    }

    @Test(arguments: ["pause", "reprioritise", "reschedule"])
    func `an ended job is refused`(verb: String) async throws {
        try await TestServer.run { server in
            let job = try await server.finishedJob()
            let body = [
                "reprioritise": #"{"priority":5}"#, "reschedule": #"{"not_before":"2100-01-01T00:00:00Z"}"#,
            ]
            let answer = try await server.send("POST", "/v1/jobs/\(job)/\(verb)", body: body[verb])
            #expect(try answer.problem().kind == .jobEnded)
        }
    }

    @Test func `the moment of a job that runs or waits is not moved`() async throws {
        try await TestServer.run { server in
            let running = try await HandWorker(server, try await server.enqueue()).job
            for (job, state) in [(running, "running"), (try await server.asking(), "waiting")] {
                let problem = try await server.send(
                    "POST", "/v1/jobs/\(job)/reschedule", body: #"{"not_before":"2100-01-01T00:00:00Z"}"#
                ).problem()
                #expect(problem.kind == .notPossible)
                #expect(problem.extras == [ProblemExtra("state", state)])
            }
        }
    }

    @Test(arguments: [
        ("pause", #"{"within_seconds":-1}"#, "within_seconds"),
        ("pause", #"{"within_seconds":0.5}"#, "within_seconds"),
        ("cancel", #"{"within_seconds":"5"}"#, "within_seconds"),
        ("cancel", #"{"within_seconds":31536001}"#, "within_seconds"),
        ("cancel", #"{"priority":5}"#, "priority"),
        ("resume", #"{"within_seconds":5}"#, "within_seconds"),
        ("retry", #"{"not_before":"2100-01-01T00:00:00Z"}"#, "not_before"),
        ("reprioritise", "", "priority"), ("reprioritise", "{}", "priority"),
        ("reprioritise", #"{"priority":"urgent"}"#, "priority"),
        ("reprioritise", #"{"priority":101}"#, "priority"),
        ("reschedule", "{}", "not_before"), ("reschedule", #"{"not_before":"tomorrow"}"#, "not_before"),
    ])
    func `a field that does not fit is refused by name`(verb: String, body: String, field: String)
        async throws
    {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            let problem = try await server.send("POST", "/v1/jobs/\(job)/\(verb)", body: body).problem()
            #expect([.invalidField, .unknownField].contains(problem.kind))
            #expect(problem.extras == [ProblemExtra("field", field)])
            #expect(try await server.history(of: job).count == 1)
        }
    }
}
