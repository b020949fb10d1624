import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("Deciding over HTTP", .timeLimit(.minutes(1)))
struct DecisionTests {
    @Test func `an approval names who, why and when, and lets the job go on`() async throws {
        try await TestServer.run { server in
            let job = try await server.asking()
            let answer = try await server.decide(
                job, "gate", #"{"decision":"approve","reason":"checked","data":{"variant":"B"}}"#)
            #expect(answer.status == 200)
            let fields = try answer.fields()
            #expect(try fields.string("name") == "gate")
            #expect(try fields.integer("occurrence") == 1)
            #expect(try fields.string("decision") == "approve")
            #expect(try fields.object("actor")?.string("id") == "local")
            #expect(try fields.string("reason") == "checked")
            #expect(try fields.timestamp("at") == server.clock.timestamp)
            #expect(fields.raw("data")?.text == #"{"variant":"B"}"#)
            #expect(try await server.send("GET", "/v1/jobs/\(job)").fields().string("state") == "queued")
            #expect(
                try await server.kinds(of: job) == [
                    "job.enqueued", "job.started", "checkpoint.opened", "job.waiting", "checkpoint.decided",
                    "job.resumed",
                ])
        }
    }

    @Test func `an equal decision gives the first one and writes nothing`() async throws {
        try await TestServer.run { server in
            let job = try await server.asking()
            let first = try await server.decide(job, "gate", #"{"decision":"reject","reason":"too early"}"#)
            let head = try await server.head()
            let again = try await server.decide(job, "gate", #"{"decision":"reject","reason":"me too"}"#)
            #expect(again.status == 200)
            #expect(again.body == first.body)
            #expect(try await server.head() == head)
        }
    }

    @Test func `a different decision is refused with the first one, and recorded as refused`() async throws {
        try await TestServer.run { server in
            let job = try await server.asking()
            let first = try await server.decide(job, "gate", #"{"decision":"approve"}"#)
            for _ in 1...2 {
                let problem = try await server.decide(
                    job, "gate", #"{"decision":"reject","reason":"no"}"#
                ).problem()
                #expect(problem.kind == .decided)
                #expect(problem.status == 409)
                let shown = try #require(problem.extras.first { $0.name == "first" })
                #expect(shown.value.text == first.body)
            }
            #expect(try await server.kinds(of: job).count { $0 == "checkpoint.refused" } == 2)
            #expect(try await server.kinds(of: job).count { $0 == "checkpoint.decided" } == 1)
        }
    }

    @Test func `the newest checkpoint of a name is meant, unless the occurrence is given`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            try await worker.open("gate")
            try await server.decide(worker.job, "gate", #"{"decision":"approve"}"#).expect(200)
            try await worker.open("gate", occurrence: 2)
            let second = try await server.decide(worker.job, "gate", #"{"decision":"reject"}"#)
            #expect(try second.fields().integer("occurrence") == 2)
            let first = try await server.decide(worker.job, "gate/1", #"{"decision":"approve"}"#)
            #expect(first.status == 200)
            #expect(try first.fields().integer("occurrence") == 1)
            #expect(
                try await server.decide(worker.job, "gate/1", #"{"decision":"reject"}"#).problem().kind
                    == .decided)
            for occurrence in ["3", "0", "-1", "one"] {
                let problem = try await server.decide(
                    worker.job, "gate/\(occurrence)", #"{"decision":"approve"}"#
                ).problem()
                #expect(problem.kind == .unknownCheckpoint)
            }
        }
    }

    @Test(arguments: ["post to books", "größe/50%", "a+b?c#d"])
    func `a name is percent-encoded in the path`(name: String) async throws {
        try await TestServer.run { server in
            let job = try await server.asking(WaitName(unchecked: name))
            let encoded = name.utf8.map { byte in
                let isPlain = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                return isPlain
                    ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
            let answer = try await server.decide(job, encoded, #"{"decision":"approve"}"#)
            #expect(answer.status == 200, "\(answer.body)")
            #expect(try answer.fields().string("name") == name)
        }
    }

    @Test func `what was never opened is not there, and what ended with its job is refused`() async throws {
        try await TestServer.run { server in
            let job = try await server.asking()
            let approve = #"{"decision":"approve"}"#
            let problem = try await server.decide(job, "door", approve).problem()
            #expect(problem.kind == .unknownCheckpoint)
            #expect(problem.status == 404)
            #expect(problem.extras == [ProblemExtra("checkpoint", "door")])
            for id in [JobID(high: 1, low: 2).description, "no-id"] {
                let path = "/v1/jobs/\(id)/checkpoints/gate"
                #expect(try await server.send("POST", path, body: approve).problem().kind == .unknownJob)
            }
            try await server.send("POST", "/v1/jobs/\(job)/cancel").expect(200)
            let ended = try await server.decide(job, "gate", approve).problem()
            #expect(ended.kind == .jobEnded)
            #expect(ended.extras == [ProblemExtra("state", "cancelled")])
        }
    }

    @Test func `a checkpoint that failed at its deadline cannot be decided any more`() async throws {
        try await TestServer.run { server in
            let due = server.clock.timestamp + .seconds(1)
            let job = try await server.asking(until: due, onDeadline: .fail)
            server.clock.advance(by: .seconds(2))
            let key = WaitKey(.checkpoint, "gate")
            try await server.engine.log.write { transaction in
                _ = try transaction.execute(.fireWait(key, recorded: nil), on: job, by: .engine("test"))
            }
            let problem = try await server.decide(job, "gate", #"{"decision":"approve"}"#).problem()
            #expect(problem.kind == .decided)
            #expect(problem.status == 409)
            #expect(try await server.kinds(of: job).count { $0 == "checkpoint.expired" } == 1)
        }
    }

    @Test(arguments: [
        ("", ProblemKind.malformedJSON), ("{", .malformedJSON), ("{}", .invalidField),
        (#"{"decision":"maybe"}"#, .invalidField), (#"{"decision":true}"#, .invalidField),
        (#"{"decision":"approve","reason":7}"#, .invalidField),
        (#"{"decision":"approve","why":"x"}"#, .unknownField),
        (#"{"decision":"approve","decision":"reject"}"#, .invalidField),
    ])
    func `a body that does not fit is refused, and decides nothing`(body: String, kind: ProblemKind)
        async throws
    {
        try await TestServer.run { server in
            let job = try await server.asking()
            let problem = try await server.decide(job, "gate", body).problem()
            #expect(problem.kind == kind)
            #expect(problem.status == 400)
            #expect(try await server.kinds(of: job).last == "job.waiting")
        }
    }
}
