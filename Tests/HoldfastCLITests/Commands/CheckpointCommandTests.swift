import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Commands for checkpoints and signals", .timeLimit(.minutes(1)))
struct CheckpointCommandTests {
    /// A job that waits for a person, without a lease.
    private func asking(_ desk: CommandDesk, _ name: WaitName = "post-to-books") async throws -> String {
        let id = try await desk.enqueue("ledger.import")
        let event = CheckpointOpened(
            checkpoint: WaitKey(.checkpoint, name),
            summary: .inline(JSONText(unchecked: #"{"total":12,"text":"\u001b[31mred"}"#)),
            deadline: desk.clock.timestamp + .seconds(7200))
        let key = WaitKey(.checkpoint, name)
        try await desk.work(
            id, [.openCheckpoint(event, recorded: nil), .wait([.wait(key, until: nil)], isOver: false)])
        return id
    }

    @Test func `the inbox lists what waits for a decision, and fits the terminal`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        #expect(try await desk.run("checkpoints").output == "Nothing waits for a decision.\n")
        let id = try await asking(desk)
        let outcome = try await desk.run("checkpoints", columns: 80)
        #expect(outcome.code == .success)
        #expect(outcome.lines.count == 2)
        #expect(outcome.lines.allSatisfy { $0.count <= 80 }, "\(outcome.output)")
        for part in ["post-to-books", String(id.suffix(12))] { #expect(outcome.output.contains(part)) }
        #expect(!outcome.output.contains("\u{1B}[31m"))
        try await desk.run("approve", id, "post-to-books")
        #expect(try await desk.run("checkpoints").output == "Nothing waits for a decision.\n")
    }

    @Test func `for programs it is one object a line, and nothing where there is nothing`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        #expect(try await desk.run("checkpoints", "--json").output.isEmpty)
        let ids = [try await asking(desk), try await asking(desk)]
        let lines = try await desk.run("checkpoints", "--json").lines
        let jobs = try lines.map { try JSONFields(JSONText(validating: $0)).string("job") }
        #expect(jobs == ids)
        #expect(try await desk.run("checkpoints", "--json", "--limit", "1").lines == [lines[0]])
        let summary = try #require(try JSONFields(JSONText(validating: lines[0])).object("summary"))
        #expect(try summary.integer("total") == 12)
    }

    @Test func `approving records who and why, and twice is once`() async throws {
        let desk = try CommandDesk()
        let id = try await asking(desk)
        let first = try await desk.run(
            "approve", id, "post-to-books", "--reason", "checked", "--by", "bob", "--data", #"{"a":1}"#)
        #expect(first.code == .success, "\(first.errors)")
        #expect(first.output == "Approved post-to-books, by bob\n")
        let again = try await desk.run("approve", id, "post-to-books", "--json")
        #expect(again.code == .success)
        let fields = try JSONFields(JSONText(validating: again.output))
        #expect(try fields.string("decision") == "approve")
        #expect(try fields.object("actor")?.string("id") == "bob")
        #expect(try fields.string("reason") == "checked")
        #expect(fields.raw("data")?.text == #"{"a":1}"#)
        let history = try await desk.run("history", id).output
        #expect(history.contains("approve by bob: checked"), "\(history)")
    }

    @Test func `a different decision is refused in one sentence that names the first`() async throws {
        let desk = try CommandDesk()
        let id = try await asking(desk)
        try await desk.run("reject", id, "post-to-books", "--by", "bob")
        let outcome = try await desk.run("approve", id, "post-to-books")
        #expect(outcome.code == .jobRefused)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("reject by bob"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(try await desk.run("history", id).output.contains("came too late"))
    }

    @Test func `what cannot be decided is refused, with what to do`() async throws {
        let desk = try CommandDesk()
        let id = try await asking(desk)
        let unknown = try await desk.run("approve", id, "door")
        #expect(unknown.code == .jobRefused)
        #expect(unknown.errors.contains("holdfast checkpoints"))
        #expect(try await desk.run("approve", id, "post-to-books", "--occurrence", "2").code == .jobRefused)
        #expect(try await desk.run("approve", id, "post-to-books", "--data", "{").code == .badValue)
        #expect(try await desk.run("approve", id).code == .usage)
        #expect(try await desk.run("approve", "ffffffffffff", "post-to-books").code == .noSuchJob)
        try await desk.run("cancel", id)
        let ended = try await desk.run("approve", id, "post-to-books")
        #expect(ended.code == .jobRefused)
        #expect(ended.errors.contains("cancelled"))
    }

    @Test func `a signal is kept for the job, and counts once for each request`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        let payload = try desk.write(#"{"amount":120}"#, to: "payment.json")
        let arguments = ["signal", id, "payment", "--payload", "@\(payload)", "--request", "bank-1"]
        let first = try await desk.run(arguments)
        #expect(first.code == .success, "\(first.errors)")
        #expect(first.output == "Sent payment to \(id), which is queued\n")
        #expect(try await desk.run(arguments).code == .success)
        let received = try await desk.run("history", id).lines.filter { $0.contains("signal.received") }
        #expect(received.count == 1)
        #expect(received.first?.contains(#"{"amount":120}"#) == true)
        let piped = try await desk.run("signal", id, "payment", "--payload", "-", "--json", input: "7")
        #expect(try JSONFields(JSONText(validating: piped.output)).string("id") == id)
        #expect(try await desk.run("signal", id, "payment", "--payload", "{").code == .badValue)
    }

    @Test func `an ended job takes no signal`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        let outcome = try await desk.run("signal", id, "payment")
        #expect(outcome.code == .jobRefused)
        #expect(outcome.errors.contains("completed"))
    }

    @Test func `show says what a job waits for`() async throws {
        let desk = try CommandDesk()
        let id = try await asking(desk)
        let sheet = try await desk.run("show", id, columns: 80).output
        #expect(sheet.contains("waiting"), "\(sheet)")
        #expect(sheet.contains("checkpoint post-to-books"), "\(sheet)")
    }
}
