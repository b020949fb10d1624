import Foundation
import NIOHTTP1
import Testing

@Suite("Steering of killed processes", .timeLimit(.minutes(5)))
struct SteeringKillTests {
    @Test(arguments: Way.allCases)
    func `a paused job stays so, whatever is decided meanwhile, until it is resumed`(_ way: Way) async throws
    {
        let desk = try Desk()
        let job = try await desk.enqueue()
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "job.waiting")
            try await desk.say(
                way, "pause", job, #"{"reason":"audit"}"#, ["pause", job, "--reason", "audit"])
            try await desk.run("approve", job, "approve")
            try await Server.run(desk.place) { server in
                let shown = try await server.send(.GET, "/v1/jobs/\(job)")
                #expect(shown.body.contains(#""state":"paused""#), "\(shown.body)")
            }
            #expect(!FileManager.default.fileExists(atPath: desk.place.page))
            try await desk.say(way, "resume", job, "", ["resume", job])
            try await desk.finish(job, &tail)
        }
        let kinds = try await desk.kinds(of: job)
        for kind in ["job.paused", "checkpoint.decided", "job.completed"] {
            #expect(kinds.count { $0 == kind } == 1, "\(kinds)")
        }
    }

    @Test(arguments: Way.allCases)
    func `a job that is put off is pulled forward, and goes first`(_ way: Way) async throws {
        let desk = try Desk()
        let job = try await desk.enqueue("--delay", "1d")
        try await desk.say(
            way, "reprioritise", job, #"{"priority":"high"}"#, ["reprioritise", job, "--to", "high"])
        try await desk.say(
            way, "reschedule", job, #"{"not_before":"2026-01-01T00:00:00Z"}"#,
            ["reschedule", job, "--not-before", "2026-01-01T00:00:00Z"])
        let before = try await desk.kinds(of: job)
        #expect(before.filter { $0 == "job.reprioritised" }.count == 1)
        #expect(before.filter { $0 == "job.rescheduled" }.count == 1)
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "checkpoint.opened")
            try await desk.run("approve", job, "approve")
            try await desk.finish(job, &tail)
        }
    }

    @Test(arguments: Way.allCases)
    func `a cancelled job begins again behind its steps when it is retried`(_ way: Way) async throws {
        let desk = try Desk()
        let job = try await desk.enqueue()
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "job.waiting")
            try await desk.say(
                way, "cancel", job, #"{"reason":"sent twice"}"#, ["cancel", job, "--reason", "sent twice"])
            try await tail.read(through: "job.cancelled")
        }
        try await desk.say(way, "retry", job, "", ["retry", job])
        try await Server.run(desk.place) { server in
            try await desk.open(job, on: server)
            let approve = try await server.send(
                .POST, "/v1/jobs/\(job)/checkpoints/approve", #"{"decision":"approve"}"#)
            #expect(approve.status == 200, "\(approve.body)")
            try await desk.run("tail", job)
        }
        let kinds = try await desk.kinds(of: job)
        // `draft` was recorded in the first life; the second only publishes.
        #expect(kinds.count { $0 == "step.completed" } == 2, "\(kinds)")
        #expect(kinds.count { $0 == "job.retried" } == 1)
        #expect(kinds.count { $0 == "checkpoint.opened" } == 2)
    }

    @Test(arguments: Way.allCases)
    func `a fork has what was recorded before its step, and asks again`(_ way: Way) async throws {
        let desk = try Desk()
        let job = try await desk.enqueue()
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "checkpoint.opened")
            try await desk.run("approve", job, "approve")
            try await desk.finish(job, &tail)
        }
        try await desk.say(
            way, "fork", job, #"{"step":"publish","reason":"again"}"#,
            ["fork", job, "--step", "publish", "--reason", "again"])
        let jobs = try await desk.jobs()
        #expect(jobs.count == 2, "one fork was asked for: \(jobs)")
        let newest = try #require(jobs.first)
        try await Server.run(desk.place) { server in
            try await desk.open(newest, on: server)
            try await desk.run("approve", newest, "approve")
            try await desk.run("tail", newest)
        }
        let history = try await desk.run("history", newest, "--json").lines
        #expect(history.contains { $0.contains(#""kind":"step.completed""#) && $0.contains("reused_from") })
        #expect(history.last?.contains("job.completed") == true)
        #expect(try await desk.kinds(of: job).count { $0 == "job.forked" } == 1)
    }

    @Test(arguments: Way.allCases)
    func `work that was asked for twice, with a crash between, is done once`(_ way: Way) async throws {
        let desk = try Desk()
        let input = desk.input
        for _ in 0..<3 {
            try await desk.say(
                way, nil, "", #"{"kind":"publish","key":"page-7","any_kind":true,"input":\#(input)}"#,
                ["enqueue", "publish", "--key", "page-7", "--any-kind", "--input", input])
        }
        #expect(try await desk.jobs().count == 1)
    }

    @Test(arguments: Way.allCases)
    func `a raised budget and a signal are there after a crash`(_ way: Way) async throws {
        let desk = try Desk()
        let job = try await desk.enqueue("--budget", "5", "--delay", "1d")
        try await desk.say(
            way, "budget", job, #"{"limit":"7.5","reason":"worth it"}"#,
            ["budget", job, "--limit", "7.5", "--reason", "worth it"])
        try await desk.say(
            way, "signal", job, #"{"name":"payment","payload":{"amount":120}}"#,
            ["signal", job, "payment", "--payload", #"{"amount":120}"#])
        let kinds = try await desk.kinds(of: job)
        #expect(kinds == ["job.enqueued", "budget.raised", "signal.received"])
        #expect(try await desk.run("budget", job, "--json").output.contains("7.5"))
    }

    @Test(arguments: Way.allCases)
    func `a job that fails has as many attempts as it was given, over all processes`(_ way: Way) async throws
    {
        let desk = try Desk(output: "no such folder/page.html")
        try await desk.say(
            way, nil, "",
            #"{"kind":"publish","any_kind":true,"input":\#(desk.input),"retry":{"max_attempts":3,"backoff":"constant","wait":"1s"}}"#,
            [
                "enqueue", "publish", "--any-kind", "--input", desk.input, "--max-attempts", "3", "--backoff",
                "constant", "--wait", "1s",
            ])
        let job = try #require(try await desk.jobs().first)
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "checkpoint.opened")
            try await desk.run("approve", job, "approve")
            try await tail.killServer(of: desk.place, at: "job.attemptFailed")
            try await tail.killServer(of: desk.place, at: "job.attemptFailed")
            try await Server.run(desk.place) { _ in _ = try await tail.read(through: "job.failed") }
            #expect(tail.count("job.attemptFailed") == 2)
            #expect(tail.count("checkpoint.decided") == 1)
            #expect(tail.count("step.completed") == 1, "the draft is not made again")
        }
    }

    @Test func `a sleep of a killed process ends once`() async throws {
        let desk = try Desk(more: #","embargo_seconds":1"#)
        let job = try await desk.enqueue()
        try await Tail.run(job, in: desk.place) { tail in
            try await tail.killServer(of: desk.place, at: "checkpoint.opened")
            try await desk.run("approve", job, "approve")
            try await tail.killServer(of: desk.place, at: "timer.set")
            try await desk.finish(job, &tail)
            #expect(tail.count("timer.set") == 1)
            #expect(tail.count("timer.fired") == 1)
        }
    }
}
