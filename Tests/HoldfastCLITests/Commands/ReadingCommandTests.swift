import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Commands that read", .timeLimit(.minutes(1)))
struct ReadingCommandTests {
    @Test func `history tells each event in words`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("ledger.import", input: #"{"file":"a.csv"}"#)
        try await desk.work(id, CommandDesk.fullRun)
        let lines = try await desk.run("history", id).lines
        let told = lines.map {
            $0.split(separator: " ", omittingEmptySubsequences: true).dropFirst(2).joined(separator: " ")
        }
        #expect(
            told == [
                #"job.enqueued ledger.import on default by ana, input {"file":"a.csv"}"#,
                "job.started attempt 1 by mill/default",
                "step.started parse#1",
                #"log.written warning: row 7 has no date\u{1B}[31m"#,
                "progress.updated parsing 50/200 (25 %)",
                #"step.completed parse#1 in 1.5 s: {"rows":200}"#,
                #"app.emitted ledger.balanced {"sum":0}"#,
                #"job.completed output {"posted":200}"#,
            ])
    }

    @Test func `history as JSON is the envelope of each event`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        let stored = try await desk.withEngine { engine in
            try await engine.log.read { try $0.events(EventQuery(job: JobID(id), limit: 100)).events }
        }
        let all = try await desk.run("history", id, "--json").lines
        #expect(all == stored.map(\.envelope.text))
        let rest = try await desk.run(
            "history", id, "--json", "--after", "\(stored[2].position)", "--limit", "2")
        #expect(rest.lines == stored[3...4].map(\.envelope.text))
    }

    @Test func `tail replays an ended job and ends`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        let history = try await desk.run("history", id, "--json").lines
        #expect(try await desk.run("tail", id, "--from", "start", "--json").lines == history)
        #expect(try await desk.run("tail", id, "--from", "last:3", "--json").lines == history.suffix(3))
        let last = try #require(history.last).split(separator: "\"")[3]
        #expect(try await desk.run("tail", id, "--after", String(last), "--json").lines.isEmpty)
    }

    @Test func `show says where a job stands`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("ledger.import", input: #"{"file":"a.csv"}"#)
        try await desk.work(id, Array(CommandDesk.fullRun.dropLast()))
        let sheet = try await desk.run("show", id).output
        for part in [
            "ledger.import", "running", "parsing 50/200 (25 %)", "mill/default", "parse#1",
            "row 7 has no date",
        ] {
            #expect(sheet.contains(part), "\(part) is missing in \(sheet)")
        }
        let json = try JSONFields(JSONText(validating: try await desk.run("show", id, "--json").output))
        #expect(try json.string("job") == id)
        #expect(try json.object("state")?.string("state") == "running")
    }

    @Test func `an error is shown with its type, message, step and attempt`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", "--max-attempts", "2", "--backoff", "none")
        let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("dial"))
        for attempt in 1...2 {
            try await desk.work(id, [.failAttempt(failure, .byPolicy(random: 0))])
            let sheet = try await desk.run("show", id).output
            let label = attempt == 1 ? "Last error" : "Error"
            for part in [
                label, "Timeout", "no answer", "dial#1", "attempt \(attempt)", "2 attempts without a wait",
            ] {
                #expect(sheet.contains(part), "\(part) is missing in \(sheet)")
            }
        }
        let history = try await desk.run("history", id).output
        #expect(history.contains("attempt 1: Timeout in dial#1: no answer"))
        #expect(history.contains("attempt 2: Timeout in dial#1: no answer"))
    }

    @Test func `jobs are filtered, and the newest comes first`() async throws {
        let desk = try CommandDesk()
        let first = try await desk.enqueue("mail.send", "--tag", "monthly")
        desk.clock.advance(by: .seconds(1))
        let second = try await desk.enqueue("ledger.import")
        func ids(_ filter: String...) async throws -> [String?] {
            try await desk.run(["jobs", "--json"] + filter).lines.map {
                try JSONFields(JSONText(validating: $0)).string("id")
            }
        }
        #expect(try await ids() == [second, first])
        #expect(try await ids("--kind", "mail.send") == [first])
        #expect(try await ids("--tag", "monthly") == [first])
        #expect(try await ids("--state", "completed,failed") == [])
        #expect(try await ids("--limit", "1") == [second])
        #expect(try await ids("--before", second) == [first])
    }

    @Test(arguments: [40, 60, 80, 100, 132, 200])
    func `what is printed fits the terminal`(columns: Int) async throws {
        let desk = try CommandDesk()
        let long = String(repeating: "long words of a job ", count: 30)
        let id = try await desk.enqueue(
            "ledger.import.quarterly", input: "{\"text\":\"\(long)\"}", "--key", "k")
        try await desk.work(id, CommandDesk.fullRun)
        for line in [["jobs"], ["history", id]] {
            let printed = try await desk.run(line, columns: columns)
            #expect(printed.lines.count >= 2)
            #expect(printed.lines.allSatisfy { DisplayWidth.columns(of: $0) <= columns }, "\(printed.output)")
        }
    }

    @Test func `nothing that a job says reaches the terminal as a command to it`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", input: #"{"a":"\u001b[2J"}"#)
        try await desk.work(id, CommandDesk.fullRun)
        for line in [["jobs"], ["show", id], ["history", id], ["history", id, "--json"], ["tail", id]] {
            let printed = try await desk.run(line, columns: 100).output
            #expect(!printed.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" }, "\(line)")
        }
    }
}
