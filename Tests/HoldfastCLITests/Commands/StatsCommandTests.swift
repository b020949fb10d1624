import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("holdfast stats and logs", .timeLimit(.minutes(1)))
struct StatsCommandTests {
    @Test
    func `stats tell jobs by queue and state, the events of the last minute and the oldest unfinished job`()
        async throws
    {
        let desk = try CommandDesk()
        let done = try await desk.enqueue()
        try await desk.work(done, CommandDesk.fullRun)
        let oldest = try await desk.enqueue("ledger.import", "--queue", "books", "--priority", "low")
        desk.clock.advance(by: .seconds(300))
        _ = try await desk.enqueue("ledger.import", "--queue", "books", "--priority", "high")
        let stats = try JSONFields(JSONText(validating: try await desk.run("stats", "--json").output))
        let log = try #require(try stats.object("log"))
        #expect(try log.string("head") == "10")
        #expect(try log.integer("events_last_minute") == 1)
        #expect(try log.integer("file_bytes") ?? 0 > 0)
        #expect(stats.raw("jobs")?.text == #"{"queued":2,"completed":1}"#)
        #expect(stats.raw("queues")?.text == #"{"books":{"queued":2},"default":{"completed":1}}"#)
        #expect(try stats.object("oldest_unfinished")?.string("job") == oldest)
        let page = try await desk.run("stats", columns: 60)
        #expect(page.lines.allSatisfy { DisplayWidth.columns(of: $0) <= 60 }, "\(page.output)")
        #expect(page.output.contains("2 queued, 1 completed"))
    }

    @Test func `stats of an empty log say so`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let page = try await desk.run("stats").output
        #expect(page.contains("none yet"))
        #expect(!page.contains("Oldest"))
    }

    @Test func `logs are the logged lines alone, by level and time`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(
            id,
            [
                .writeLog(LogWritten(level: .info, message: "began")),
                .startStep(StepKey("parse"), recorded: nil),
                .writeLog(
                    LogWritten(
                        level: .warning, message: "row 7\u{1B}[31m",
                        metadata: JSONText(unchecked: #"{"row":7}"#))),
            ])
        let later = desk.clock.timestamp + .seconds(600)
        desk.clock.advance(by: .seconds(600))
        let started = try await desk.run("history", id, "--json").lines
        try await desk.goOn(id, [.writeLog(LogWritten(level: .error, message: "gave up"))])
        #expect(started.count == 5)
        let all = try await desk.run("logs", id).lines
        #expect(all.count == 3)
        #expect(all[1].hasSuffix(#"warning   row 7\u{1B}[31m  {"row":7}"#), "\(all[1])")
        #expect(try await desk.run("logs", id, "--level", "warning").lines == Array(all.dropFirst()))
        #expect(try await desk.run("logs", id, "--since", later.rfc3339).lines == Array(all.suffix(1)))
        let envelopes = try await desk.run("logs", id, "--json").lines
        let history = try await desk.run("history", id, "--json").lines
        #expect(envelopes == history.filter { $0.contains(#""kind":"log.written""#) })
        #expect(try await desk.run("logs", id, "--level", "loud").code == .usage)
    }

    @Test func `logs are followed to the end of the job`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        let followed = try await desk.run("logs", id, "--follow", "--json")
        #expect(followed.code == .success, "\(followed.errors)")
        #expect(followed.lines == (try await desk.run("logs", id, "--json").lines))
        #expect(followed.lines.count == 1)
    }
}
