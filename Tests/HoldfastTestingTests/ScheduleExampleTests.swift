import Foundation
import Holdfast
import HoldfastTesting
import Testing

/// The example of `Schedules.md`, compiled and run as it stands there.
@Suite("The example of schedules", .timeLimit(.minutes(1)))
struct ScheduleExampleTests {
    // example: begin
    struct PostLedger: Job {
        static let kind: JobKind = "ledger.post"
        typealias Output = NoOutput
        var book: String
    }

    struct PostLedgerHandler: JobHandler {
        func run(_ job: PostLedger, _ context: JobContext) async throws -> NoOutput {
            try await context.step("post") { print("posting \(job.book)") }
            return NoOutput()
        }
    }

    func keepBooks(with engine: JobEngine) async throws {
        // At three in the morning of Berlin. Whatever was missed while nothing ran is made up for by one run.
        try await engine.setSchedule(
            "nightly-post", .cron("0 3 * * *", zone: "Europe/Berlin"), enqueues: PostLedger(book: "main"),
            overlap: .queueOne, missed: .once)
        // Every ten minutes. While a run is unfinished the next one is left out.
        try await engine.setSchedule("poll", .every(.seconds(600)), enqueues: PostLedger(book: "inbox"))

        try await engine.pauseSchedule("poll", reason: "the mail server moves", by: .person("ana"))
        try await engine.runScheduleNow("nightly-post", by: .person("ana"))
        for listing in try await engine.schedules(next: 3) {
            print(listing.state.name, listing.state.isPaused ? "paused" : "next \(listing.nextTimes)")
        }
    }
    // example: end

    @Test func `it does what it says`() async throws {
        let clock = ManualClock()
        let engine = try JobEngine(InMemoryStore(), environment: .testing(clock: clock))
        engine.register(PostLedgerHandler())
        let running = Task { try await engine.run() }
        try await keepBooks(with: engine)
        let listings = try await engine.schedules(next: 2)
        #expect(listings.map(\.state.name) == ["nightly-post", "poll"])
        #expect(listings[0].nextTimes.first == Timestamp(rfc3339: "2026-10-09T03:00:00+02:00"))
        #expect(listings[1].state.isPaused)
        let job = try #require(listings[0].state.lastRun?.job)
        _ = try await engine.handle(job, as: PostLedger.self).result()
        running.cancel()
        try await running.value
        await engine.close()
    }

    @Test func `the page shows this very text`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
        let page = try String(
            contentsOf: root.appending(path: "Docs/Holdfast.docc/Schedules.md"), encoding: .utf8)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(lines.firstIndex { $0.hasSuffix("// example: begin") })
        let end = try #require(lines.firstIndex { $0.hasSuffix("// example: end") })
        let example = lines[(begin + 1)..<end].map {
            $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0)
        }
        #expect(page.contains(example.joined(separator: "\n")))
    }
}
