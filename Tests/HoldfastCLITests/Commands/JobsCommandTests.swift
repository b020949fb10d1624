import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("holdfast jobs", .timeLimit(.minutes(1)))
struct JobsCommandTests {
    private func ids(_ outcome: CommandDesk.Outcome) throws -> [String?] {
        try outcome.lines.map { try JSONFields(JSONText(validating: $0)).string("id") }
    }

    @Test func `a text is found in id, kind, key and tags, in upper and lower case`() async throws {
        let desk = try CommandDesk()
        let kind = try await desk.enqueue("Invoice.send")
        desk.clock.advance(by: .seconds(1))
        let key = try await desk.enqueue("mail.send", "--key", "invoice-2217")
        desk.clock.advance(by: .seconds(1))
        let tag = try await desk.enqueue("mail.send", "--tag", "INVOICES")
        _ = try await desk.enqueue("mail.send", input: #"{"invoice":1}"#)
        let found = try ids(try await desk.run("jobs", "--text", "invoice", "--json"))
        #expect(found == [tag, key, kind])
        #expect(
            try ids(try await desk.run("jobs", "--text", "invoice", "--kind", "mail.send", "--json")) == [
                tag, key,
            ])
        #expect(
            try ids(try await desk.run("jobs", "--text", String(key.suffix(9)).uppercased(), "--json")) == [
                key
            ])
        #expect(try await desk.run("jobs", "--text", "nowhere").output == "No job fits.\n")
        let first = try await desk.run("jobs", "--text", "invoice", "--limit", "1", columns: 80)
        #expect(first.lines.last == "There may be more: add --before \(tag.suffix(12))")
        #expect(try await desk.run("jobs", "--text", "").code == .usage)
    }

    @Test func `a search looks at so many jobs and no more, and can go on behind them`() async throws {
        let desk = try CommandDesk()
        let old = try await desk.enqueue("needle.find")
        desk.clock.advance(by: .seconds(1))
        try await desk.withEngine { engine in
            let request = EnqueueRequest(kind: "mail.send", input: .emptyObject, acceptsAnyKind: true)
            for _ in 0..<20 { try await engine.enqueue(contentsOf: Array(repeating: request, count: 1_000)) }
        }
        let none = try await desk.run("jobs", "--text", "needle", columns: 80)
        let remark = try #require(none.lines.last)
        #expect(remark.hasPrefix("No more among 20,000 jobs; to look further: --before "))
        let place = String(remark.suffix(12))
        #expect(try ids(try await desk.run("jobs", "--text", "needle", "--before", place, "--json")) == [old])
    }

    @Test func `a watched list is drawn again after commits, at most four times a second, and ends cleanly`()
        async throws
    {
        let desk = try CommandDesk()
        _ = try await desk.enqueue("first")
        let sheet = try Sheet(in: desk.folder)
        let watching = Task { try await desk.run(["jobs", "--watch"], columns: 80, on: sheet) }
        // Only what comes after the first picture makes a second one.
        while try !sheet.text().contains("first") { await Task.yield() }
        // What is committed while it waits for company is in one picture.
        _ = try await desk.enqueue("second")
        let start = desk.clock.timestamp
        try await desk.clock.timer(at: start + JobWatch.pause)
        let first = try sheet.text()
        #expect(first.contains("first"), "\(first)")
        desk.clock.advance(by: JobWatch.pause)
        _ = try await desk.enqueue("third")
        try await desk.clock.timer(at: start + JobWatch.pause + JobWatch.pause)
        let second = try sheet.text()
        #expect(second.contains("second"), "\(second)")
        watching.cancel()
        let outcome = try await watching.value
        #expect(outcome.code == .interrupted)
        #expect(outcome.errors.isEmpty)
        var screen = ScreenEmulator(columns: 80, rows: 24)
        screen.write(try sheet.text())
        #expect(screen.faults.isEmpty)
        #expect(screen.visible.filter { $0.hasPrefix("JOB") }.count == 1, "\(screen.visible)")
    }

    @Test func `a list is not watched where it cannot be drawn again`() async throws {
        let desk = try CommandDesk()
        _ = try await desk.enqueue()
        let outcome = try await desk.run("jobs", "--watch")
        #expect(outcome.code == .usage)
        #expect(outcome.errors.contains("needs a terminal"))
        #expect(try await desk.run("jobs", "--watch", "--json", columns: 80).code == .usage)
    }
}
