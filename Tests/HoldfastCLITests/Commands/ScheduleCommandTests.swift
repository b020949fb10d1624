import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Commands about schedules", .timeLimit(.minutes(1)))
struct ScheduleCommandTests {
    private func nightly(_ desk: CommandDesk, _ more: String...) async throws -> CommandDesk.Outcome {
        try await desk.run(
            [
                "schedule", "set", "nightly", "--cron", "30 2 * * *", "--zone", "Europe/Berlin", "--kind",
                "ledger.import", "--input", #"{"file":"a.csv"}"#, "--any-kind",
            ] + more)
    }

    @Test func `a schedule is set once and listed with its next times`() async throws {
        let desk = try CommandDesk()
        #expect(try await desk.run("migrate").code == .success)
        #expect(try await desk.run("schedules").output.contains("no schedules yet"))
        let first = try await nightly(desk, "--overlap", "queue-one", "--missed", "all", "--by", "bob")
        #expect(first.code == .success, "\(first.errors)")
        #expect(first.output.contains("at 30 2 * * * Europe/Berlin, next 2026-10-09 00:30:00"))
        let again = try await nightly(desk, "--overlap", "queue-one", "--missed", "all")
        #expect(again.output.contains("is unchanged"))
        let list = try await desk.run("schedules", "--times", "2")
        #expect(list.output.contains("2026-10-09 00:30:00, 2026-10-10 00:30:00"))
        #expect(list.lines.count == 2)
        let object = try await desk.run("schedules", "--times", "1", "--json").output
        let fields = try JSONFields(JSONText(validating: object))
        #expect(try fields.strings("next_times") == ["2026-10-09T00:30:00.000000Z"])
        #expect(try fields.string("overlap") == "queue_one")
        let events = try await desk.withEngine { engine in
            try await engine.log.read { try $0.events(EventQuery(kinds: EventKind.ofSchedules)).events }
        }
        #expect(events.map(\.actor) == [.person("bob")])
    }

    @Test func `an interval goes on where it was`() async throws {
        let desk = try CommandDesk()
        let set = ["schedule", "set", "poll", "--every", "10m", "--kind", "mail.poll", "--any-kind"]
        #expect(try await desk.run(set).output.contains("every 10m"))
        desk.clock.advance(by: .seconds(90))
        #expect(try await desk.run(set).output.contains("is unchanged"))
        let anchored = try await desk.run(set + ["--anchor", "2026-10-08T00:00:30Z", "--json"])
        let fields = try JSONFields(JSONText(validating: anchored.output))
        #expect(try fields.string("next_due") == "2026-10-08T12:10:30.000000Z")
    }

    @Test func `it is paused, run, resumed and removed`() async throws {
        let desk = try CommandDesk()
        _ = try await nightly(desk)
        #expect(try await desk.run("schedule", "pause", "nightly", "--reason", "lunch").code == .success)
        #expect(try await desk.run("schedules").output.contains("paused"))
        let run = try await desk.run("schedule", "run", "nightly", "--by", "bob")
        #expect(run.output.contains("Enqueued"))
        #expect(try await desk.run("jobs").output.contains("ledger.import"))
        #expect(try await desk.run("schedule", "resume", "nightly").output.contains("active, next"))
        #expect(try await desk.run("schedule", "remove", "nightly").output.contains("Removed"))
        #expect(try await desk.run("schedules").output.contains("no schedules yet"))
        let summary = EventSummary(
            time: LocalTime(zone: .fixed(secondsFromUTC: 0)), now: desk.clock.timestamp)
        let lines = try await desk.withEngine { engine in
            try await engine.log.read { try $0.events(EventQuery(kinds: EventKind.ofSchedules)).events }
        }.map(summary.text(of:))
        #expect(lines.count == 5)
        #expect(
            lines[0].hasPrefix("nightly by ana: ledger.import at 30 2 * * * Europe/Berlin, next 2026-10-09"))
        #expect(lines[1] == "nightly by ana: lunch")
        #expect(lines[2].hasPrefix("nightly by bob: job "))
    }

    @Test(arguments: [
        (["--cron", "0 3 * *"], "this one has 4", CommandExitCode.badValue),
        (["--cron", "0 0 31 2 *"], "never comes", .badValue),
        (["--cron", "0 3 * * *", "--zone", "Mars/X"], "tz database", .badValue),
        (["--every", "1500ms"], "whole seconds", .badValue),
        (["--every", "10m", "--cron", "@daily"], "either --cron or --every", .usage),
        ([], "either --cron or --every", .usage),
        (["--every", "10m", "--zone", "UTC"], "--zone goes with --cron", .usage),
        (["--cron", "@daily", "--overlap", "never"], "queue-one", .usage),
    ])
    func `what does not fit is refused with what to do`(
        arguments: [String], advice: String, code: CommandExitCode
    ) async throws {
        let desk = try CommandDesk()
        let outcome = try await desk.run(
            ["schedule", "set", "x", "--kind", "k", "--any-kind"] + arguments)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
    }

    @Test func `a schedule or a kind that is not there is named`() async throws {
        let desk = try CommandDesk()
        #expect(try await desk.run("migrate").code == .success)
        let missing = try await desk.run("schedule", "pause", "nightly")
        #expect(missing.code == .noSuchJob)
        #expect(missing.errors.contains("no schedule \"nightly\""))
        let kind = try await desk.run("schedule", "set", "x", "--every", "1h", "--kind", "typo")
        #expect(kind.code == .badValue)
        #expect(kind.errors.contains("no worker ever announced"))
    }

    @Test(arguments: ["set", "pause", "resume", "run", "remove"])
    func `each command teaches by example`(command: String) async throws {
        let page = try await CommandDesk().run("schedule", command, "--help", columns: 80)
        #expect(page.code == .success)
        #expect(page.output.contains("EXAMPLE"))
    }
}
