import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("holdfast history", .timeLimit(.minutes(1)))
struct HistoryCommandTests {
    /// A job with two steps, a failed attempt, and somebody who reprioritises it; each event is a second after the other.
    private static func make() async throws -> (desk: CommandDesk, job: String) {
        let desk = try CommandDesk()
        let job = try await desk.enqueue("ledger.import", "--max-attempts", "2", "--backoff", "none")
        let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("post"))
        let turns: [[WorkCommand]] = [
            [
                .startStep(StepKey("parse"), recorded: nil),
                .completeStep(StepKey("parse"), output: .null, duration: 9, recorded: nil),
                .startStep(StepKey("parse", occurrence: 2), recorded: nil),
                .writeLog(LogWritten(level: .info, message: "on")),
                .startStep(StepKey("post"), recorded: nil),
                .failStep(StepKey("post"), failure, retryAt: nil, recorded: nil),
                .failAttempt(failure, .byPolicy(random: 0)),
            ],
            [.complete(output: .null)],
        ]
        for turn in turns {
            desk.clock.advance(by: .seconds(60))
            try await desk.work(job, turn)
        }
        return (desk, job)
    }

    private func kinds(_ outcome: CommandDesk.Outcome) throws -> [String?] {
        try outcome.lines.map { try JSONFields(JSONText(validating: $0)).string("kind") }
    }

    @Test func `events are chosen by kind, by group, by step and by actor`() async throws {
        let (desk, job) = try await Self.make()
        func shown(_ options: String...) async throws -> [String?] {
            let outcome = try await desk.run(["history", job, "--json"] + options)
            #expect(outcome.code == .success, "\(outcome.errors)")
            return try kinds(outcome)
        }
        #expect(
            try await shown("--types", "job.started,job.completed") == [
                "job.started", "job.started", "job.completed",
            ])
        let steps = try await shown("--types", "step.*")
        #expect(steps == ["step.started", "step.completed", "step.started", "step.started", "step.failed"])
        #expect(try await shown("--types", "step.*", "--types", "log.written").count == 6)
        #expect(try await shown("--step", "parse").count == 3)
        #expect(try await shown("--step", "parse#2") == ["step.started"])
        #expect(try await shown("--step", "post") == ["step.started", "step.failed", "job.attemptFailed"])
        let all = try await shown().count
        #expect(try await shown("--actor", "ana") == ["job.enqueued"])
        #expect(try await shown("--actor", "worker:*").count == all - 1)
        #expect(try await shown("--actor", "person:ana") == ["job.enqueued"])
        #expect(try await shown("--actor", "worker:ana").isEmpty)
        #expect(try await shown("--types", "step.*", "--limit", "2") == ["step.started", "step.completed"])
    }

    @Test func `events are chosen by time and by position`() async throws {
        let (desk, job) = try await Self.make()
        let all = try await desk.run("history", job, "--json").lines
        func shown(_ options: String...) async throws -> [String] {
            try await desk.run(["history", job, "--json"] + options).lines
        }
        let second = (ManualClock.start + .seconds(60)).rfc3339
        let third = (ManualClock.start + .seconds(120)).rfc3339
        #expect(try await shown("--since", second) == Array(all.dropFirst()))
        #expect(try await shown("--until", second) == Array(all.prefix(1)))
        #expect(try await shown("--since", third) == Array(all.suffix(2)))
        #expect(try await shown("--after", "2", "--through", "4") == Array(all[2...3]))
        #expect(try await shown("--since", second, "--types", "job.*").count == 4)
    }

    @Test func `one array is JSON as a whole`() async throws {
        let (desk, job) = try await Self.make()
        let lines = try await desk.run("history", job, "--format", "ndjson").lines
        let array = try JSONText(validating: try await desk.run("history", job, "--format", "json").output)
        #expect(JSONValues.elements(array)?.map(\.text) == lines)
        #expect(lines == (try await desk.run("history", job, "--json").lines))
        let none = try await desk.run("history", job, "--format", "json", "--types", "signal.*")
        #expect(none.output == "[]\n")
    }

    @Test func `a history is followed to the end of the job, through its filter`() async throws {
        let (desk, job) = try await Self.make()
        let followed = try await desk.run("history", job, "--follow", "--json", "--types", "step.*")
        #expect(followed.code == .success)
        #expect(followed.lines == (try await desk.run("history", job, "--json", "--types", "step.*").lines))
    }

    @Test(arguments: [
        ("--types step.*,mail.*", "\"mail.*\" is no kind of event; there are app.*"),
        ("--types step.begun", "there are step.started, step.completed"),
        ("--json --format table", "not both"), ("--format timeline --limit 3", "whole job"),
        ("--format json --follow", "--follow goes with"),
        ("--follow --until 2026-10-08T14:00:00Z", "leave out"),
        ("--since yesterday", "2026-10-08T14:03:00Z"),
    ])
    func `what does not fit together is said`(options: String, says: String) async throws {
        let words = options.split(separator: " ").map(String.init)
        let outcome = try await CommandDesk().run(["history", "6f0a1b2c3d4e"] + words)
        #expect(outcome.code == .usage)
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
    }
}
