import Holdfast
import HoldfastTesting
import Synchronization
import Testing

/// An exported history is replayed against today's handler, and what it does otherwise is shown.
@Suite("Replay of a history", .timeLimit(.minutes(1)))
struct HistoryReplayTests {
    private static let handler = ScriptHandler { _, context in
        let rows = try await context.step("parse") { 3 }
        for _ in 0..<rows { try await context.step("insert") {} }
        guard try await context.checkpoint("gate").isApproved else { throw JobOutcome.cancel("refused") }
        try await context.sleep("settle", for: .seconds(60))
        let reply: String = try await context.signal("reply")
        return reply
    }

    /// What a handler records in a run to its end, with whatever it waits for.
    private func record(
        _ handler: ScriptHandler = handler, _ steer: (JobBench, JobID) async throws -> Void = approve
    ) async throws -> String {
        var lines = ""
        try await JobBench.run(handler) { bench in
            let job = try await bench.enqueue(Script())
            try await bench.runUntilIdle()
            try await steer(bench, job.id)
            lines = try await bench.exportedHistory(of: job.id)
        }
        return lines
    }

    private static func approve(_ bench: JobBench, _ job: JobID) async throws {
        try await bench.advance(by: .seconds(5))
        try await bench.engine.decide(.approve, "gate", of: job, by: .person("ana"))
        try await bench.advance(by: .seconds(120))
        try await bench.engine.signal("reply", .string("thanks"), to: job, by: .person("bo"))
        try await bench.runToEnd(of: job)
    }

    private func difference(_ lines: String, _ handler: ScriptHandler) async -> String? {
        await #expect(throws: ReplayDifference.self) { try await replay(lines, with: handler) }?.text
    }

    @Test func `the handler that wrote a history does what it says, and no body runs`() async throws {
        let lines = try await record()
        let bodies = Mutex(0)
        let today = ScriptHandler { _, context in
            let rows = try await context.step("parse") {
                bodies.withLock { $0 += 1 }
                return 9
            }
            for _ in 0..<rows { try await context.step("insert") { bodies.withLock { $0 += 1 } } }
            guard try await context.checkpoint("gate").isApproved else { throw JobOutcome.cancel("refused") }
            try await context.sleep("settle", for: .seconds(60))
            return try await context.signal("reply")
        }
        let report = try await replay(lines, with: today)
        #expect(report.isEnded)
        #expect(report.calls == 7)
        #expect(bodies.withLock { $0 } == 0)
    }

    @Test func `a step that the history does not have is shown at its place`() async throws {
        let today = ScriptHandler { _, context in
            let rows = try await context.step("parse") { 3 }
            try await context.step("check") {}
            for _ in 0..<rows { try await context.step("insert") {} }
            return ""
        }
        let text = await difference(try await record(), today)
        #expect(
            text == """
                  job.enqueued
                  step parse#1 completed: 3
                + asks for step check#1
                - step insert#1 completed: {}
                - step insert#2 completed: {}
                - step insert#3 completed: {}
                - checkpoint gate#1 opened
                  checkpoint gate#1 decided: approve
                - timer settle#1 set
                  timer settle#1 fired
                  signal reply#1 received: "thanks"
                - signal reply#1 consumed
                - completed: "thanks"
                """)
    }

    @Test func `a recorded step that is not asked for is shown with the events around`() async throws {
        let today = ScriptHandler { _, context in
            _ = try await context.step("parse") { 3 }
            for _ in 0..<2 { try await context.step("insert") {} }
            guard try await context.checkpoint("gate").isApproved else { throw JobOutcome.cancel("refused") }
            try await context.sleep("settle", for: .seconds(60))
            return try await context.signal("reply")
        }
        let text = await difference(try await record(), today)
        #expect(
            text == """
                  ...
                  step parse#1 completed: 3
                  step insert#1 completed: {}
                  step insert#2 completed: {}
                - step insert#3 completed: {}
                  checkpoint gate#1 opened
                  checkpoint gate#1 decided: approve
                  timer settle#1 set
                  ...
                """)
    }

    @Test func `another output and another ending are shown`() async throws {
        let lines = try await record(ScriptHandler { _, _ in "old" }) { _, _ in }
        #expect(
            await difference(lines, ScriptHandler { _, _ in "new" }) == """
                  job.enqueued
                - completed: "old"
                + completed: "new"
                """)
        let failing = await difference(lines, ScriptHandler { _, _ in throw Refusal() })
        #expect(failing?.hasSuffix("+ attempt failed: Refusal: the other side refused") == true)
        let waiting = await difference(
            lines, ScriptHandler { _, context in try await context.signal("never") })
        #expect(waiting?.hasSuffix("+ asks for signal never#1\n- completed: \"old\"") == true)
    }

    @Test func `a recorded result that no longer fits is shown`() async throws {
        let lines = try await record(
            ScriptHandler { _, context in "\(try await context.step("count") { 3 })" }
        ) {
            _, _ in
        }
        let today = ScriptHandler { _, context in try await context.step("count") { "three" } }
        let text = await difference(lines, today)
        #expect(text?.contains("- completed: \"3\"\n+ attempt failed: DecodingError") == true)
    }

    @Test func `an unfinished history is replayed as far as it goes`() async throws {
        let lines = try await record { bench, _ in try await bench.advance(by: .seconds(5)) }
        let report = try await replay(lines, with: Self.handler)
        #expect(!report.isEnded)
        // What comes after the end of the history may be different.
        let today = ScriptHandler { _, context in
            let rows = try await context.step("parse") { 3 }
            for _ in 0..<rows { try await context.step("insert") {} }
            _ = try await context.checkpoint("gate")
            return try await context.step("other") { "else" }
        }
        try await replay(lines, with: today)
        let hasty = ScriptHandler { _, context in
            _ = try await context.step("parse") { 3 }
            return "early"
        }
        #expect(await difference(lines, hasty)?.contains("- checkpoint gate#1 opened") == true)
    }

    @Test func `a failed history fails again at the recorded step, which does not run`() async throws {
        let calls = Mutex(0)
        let handler = ScriptHandler { _, context in
            try await context.step("parse") {}
            try await context.step("post") {
                calls.withLock { $0 += 1 }
                throw Refusal()
            }
            return "posted"
        }
        let lines = try await record(handler) { bench, job in try await bench.runToEnd(of: job) }
        let recorded = calls.withLock { $0 }
        try await replay(lines, with: handler)
        #expect(calls.withLock { $0 } == recorded)
        let forgiving = ScriptHandler { _, context in
            try await context.step("parse") {}
            try? await context.step("post") { throw Refusal() }
            return "posted anyway"
        }
        let text = await difference(lines, forgiving)
        #expect(
            text?.hasSuffix("- failed: Refusal: the other side refused\n+ completed: \"posted anyway\"")
                == true)
    }

    @Test func `a value beside the log must be passed in`() async throws {
        let large = String(repeating: "x", count: 100_000)
        let handler = ScriptHandler { _, context in
            "\(try await context.step("load") { large }.count)"
        }
        let lines = try await record(handler) { _, _ in }
        let value = JSONText.string(large)
        let error = await #expect(throws: HistoryError.self) { try await replay(lines, with: handler) }
        #expect(
            error?.description
                == "these values are kept beside the log, pass them in as `values`: 100002 bytes with SHA-256 "
                + SHA256Sum(of: value.text).hexadecimal)
        try await replay(lines, with: handler, values: [value])
    }

    @Test func `children answer with the results of their own histories`() async throws {
        let parent = ParentHandler()
        var lines = ""
        var children = ""
        try await JobBench.run(parent, ScriptHandler { job, _ in job.name }) { bench in
            let job = try await bench.enqueue(Parent())
            try await bench.runToEnd(of: job.id)
            lines = try await bench.exportedHistory(of: job.id)
            for event in try await bench.history(of: job.id) {
                guard case .job(.childSpawned(let event)) = event.event else { continue }
                children += try await bench.exportedHistory(of: event.job)
            }
        }
        await #expect(throws: HistoryError.self) { try await replay(lines, with: parent) }
        #expect(try await replay(lines + children, with: parent).isEnded)
    }

    @Test func `what is no history is refused with the reason`() async throws {
        let lines = try await record(ScriptHandler { _, _ in "x" }) { _, _ in }
        await #expect(throws: HistoryError.empty) { try await replay("\n", with: Self.handler) }
        let broken = await #expect(throws: HistoryError.self) {
            try await replay(lines + "{}", with: Self.handler)
        }
        #expect(broken?.description == "line 4 of the history is no event: \"kind\" should be given")
        let other = await #expect(throws: HistoryError.self) {
            try await replay(lines, with: ParentHandler())
        }
        #expect(other?.description == "the job is a test.script and the handler runs test.parent")
    }
}

/// A job with children.
private struct Parent: Job {
    static let kind: JobKind = "test.parent"
    typealias Output = [String]
}

private struct ParentHandler: JobHandler {
    func run(_ job: Parent, _ context: JobContext) async throws -> [String] {
        let children = try await context.spawn(contentsOf: ["one", "two"].map { Script(name: $0) })
        return try await children.results()
    }
}
