import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("The command budget", .timeLimit(.minutes(1)))
struct BudgetCommandTests {
    @Test func `a budget is given, spent, shown, raised and resumed`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", input: "{}", "--budget", "5.00", "--on-budget", "pause")
        #expect(try await desk.run("budget", id).output.contains("has spent 0 of 5 usd (0 %)"))
        try await desk.work(
            id, [.charge(JobCharge(1_200, "tokens")), .charge(JobCharge(5.5, "usd", note: "a draft"))])
        let shown = try await desk.run("show", id).output
        #expect(
            shown.contains("5.5 of 5 usd") && shown.contains("then paused") && shown.contains("1200 tokens"))
        let history = try await desk.run("history", id).output
        #expect(
            history.contains("budget.charged") && history.contains("5.5 usd in the job, 5.5 in all: a draft"))
        #expect(history.contains("5.5 of 5 usd are spent: the job is paused"))
        let raised = try await desk.run("budget", id, "--limit", "10", "--by", "bob", "--reason", "worth it")
        #expect(raised.output.contains("is paused and has spent 5.5 of 10 usd (55 %)"), "\(raised.errors)")
        let resumed = try await desk.run("budget", id, "--limit", "11", "--resume", "--json")
        #expect(try JSONFields(JSONText(validating: resumed.output)).string("state") == "queued")
        #expect(try await desk.run("history", id).output.contains("to 10 by bob: worth it"))
        let lower = try await desk.run("budget", id, "--limit", "3")
        #expect(lower.code == .jobRefused && lower.errors.contains("11"))
    }

    @Test func `what does not fit is said`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        #expect(try await desk.run("budget", id).output.contains("has no budget"))
        let none = try await desk.run("budget", id, "--limit", "3")
        #expect(none.code == .jobRefused && none.errors.contains("without a budget"))
        for arguments in [["--resume"], ["--limit", "-3"], ["--limit", "x"], ["--limit", "0"]] {
            #expect(try await desk.run(["budget", id] + arguments).code == .usage, "\(arguments)")
        }
        #expect(try await desk.run("enqueue", "a", "--budget-unit", "usd").code == .usage)
    }
}
