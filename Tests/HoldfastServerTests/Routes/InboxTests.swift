import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@Suite("The inbox", .timeLimit(.minutes(1)))
struct InboxTests {
    @Test func `it shows who asks for what, since when and until when`() async throws {
        try await TestServer.run { server in
            let until = server.clock.timestamp + .seconds(3600)
            let job = try await server.asking(
                "post to books", summary: #"{"total":12}"#, until: until, onDeadline: .fail)
            let (objects, next) = try await server.page("/v1/checkpoints", "checkpoints")
            #expect(next == nil)
            let entry = try #require(objects.first)
            #expect(
                entry.keys == [
                    "job", "job_kind", "queue", "type", "name", "occurrence", "status", "opened", "opened_at",
                    "changed_at", "deadline", "on_deadline", "summary",
                ])
            #expect(try entry.string("job") == job.description)
            #expect(try entry.string("job_kind") == "test.job")
            #expect(try entry.string("name") == "post to books")
            #expect(try entry.integer("occurrence") == 1)
            #expect(try entry.string("status") == "open")
            #expect(try entry.timestamp("deadline") == until)
            #expect(try entry.string("on_deadline") == "fail")
            #expect(entry.raw("summary")?.text == #"{"total":12}"#)
        }
    }

    @Test(arguments: [1, 2, 5, 6])
    func `its pages hold each checkpoint once, the oldest first, whatever is decided meanwhile`(limit: Int)
        async throws
    {
        try await TestServer.run { server in
            var jobs: [JobID] = []
            for _ in 1...5 { jobs.append(try await server.asking()) }
            var seen: [String] = []
            var after = ""
            while true {
                let path = "/v1/checkpoints?limit=\(limit)\(after)"
                let (objects, next) = try await server.page(path, "checkpoints")
                #expect(objects.count <= limit)
                seen += try objects.compactMap { try $0.string("job") }
                guard let next else { break }
                // Decided entries leave the inbox, and no other entry is passed over for it.
                let decided = try #require(seen.last.flatMap(JobID.init))
                #expect(try await server.decide(decided, "gate", #"{"decision":"approve"}"#).status == 200)
                after = "&after=\(next)"
            }
            #expect(seen == jobs.map(\.description))
        }
    }

    @Test func `what is decided, expired or cancelled is no longer in it`() async throws {
        try await TestServer.run { server in
            let (decided, cancelled) = (try await server.asking(), try await server.asking())
            let open = try await server.asking()
            try await server.decide(decided, "gate", #"{"decision":"reject"}"#).expect(200)
            try await server.send("POST", "/v1/jobs/\(cancelled)/cancel").expect(200)
            let objects = try await server.page("/v1/checkpoints", "checkpoints").objects
            #expect(try objects.map { try $0.string("job") } == [open.description])
        }
    }

    @Test func `a summary that is kept beside the log is shown whole`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            let text = #"{"text":"\#(String(repeating: "x", count: 100_000))"}"#
            let prepared = try server.engine.log.payload(JSONText(unchecked: text))
            let event = CheckpointOpened(
                checkpoint: WaitKey(.checkpoint, "gate"), summary: prepared.payload)
            try await server.engine.log.write { transaction in
                prepared.keep(in: transaction)
                try transaction.execute(
                    .work(worker.token, .openCheckpoint(event, recorded: nil)), on: worker.job,
                    by: .worker("hand"))
            }
            let objects = try await server.page("/v1/checkpoints", "checkpoints").objects
            #expect(objects.first?.raw("summary")?.text == text)
        }
    }

    @Test func `a job shows all its checkpoints, whatever became of them`() async throws {
        try await TestServer.run { server in
            let worker = try await HandWorker(server, try await server.enqueue())
            try await worker.open("gate")
            try await server.decide(worker.job, "gate", #"{"decision":"approve"}"#).expect(200)
            try await worker.open("gate", occurrence: 2)
            try await worker.open("other")
            let path = "/v1/jobs/\(worker.job)/checkpoints"
            let objects = try await server.page(path, "checkpoints").objects
            let places = try objects.map { fields in
                "\(try fields.string("name") ?? "")#\(try fields.integer("occurrence") ?? 0) "
                    + (try fields.string("status") ?? "")
            }
            #expect(Set(places) == ["gate#1 approved", "gate#2 open", "other#1 open"])
            let decided = try #require(try objects.first { try $0.string("status") == "approved" })
            let position = try #require(try decided.string("position"))
            let event = try await server.history(of: worker.job).first { $0.kind == "checkpoint.decided" }
            #expect(event?.position.description == position)
        }
    }

    @Test(arguments: ["limit=0", "limit=201", "after=first", "colour=red"])
    func `a parameter that does not fit is refused by name`(query: String) async throws {
        try await TestServer.run { server in
            let problem = try await server.send("GET", "/v1/checkpoints?\(query)").problem()
            #expect(problem.kind == .invalidParameter)
            #expect(problem.extras == [ProblemExtra("parameter", String(query.prefix { $0 != "=" }))])
        }
    }

    @Test func `a job that is not there has no list, and one that never asked has an empty one`() async throws
    {
        try await TestServer.run { server in
            let job = try await server.enqueue()
            #expect(try await server.page("/v1/jobs/\(job)/checkpoints", "checkpoints").objects.isEmpty)
            for id in [JobID(high: 1, low: 2).description, "no-id"] {
                let problem = try await server.send("GET", "/v1/jobs/\(id)/checkpoints").problem()
                #expect(problem.kind == .unknownJob)
            }
            #expect(try await server.send("POST", "/v1/checkpoints").problem().kind == .wrongMethod)
        }
    }
}
