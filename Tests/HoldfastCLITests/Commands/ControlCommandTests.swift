import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("Commands that pause, move and fork", .timeLimit(.minutes(1)))
struct ControlCommandTests {
    @Test func `a job is paused once and resumed once`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        let paused = try await desk.run("pause", id, "--reason", "books closed", "--by", "bob")
        #expect(paused.code == .success)
        #expect(paused.output == "Paused \(id)\n")
        #expect(try await desk.run("pause", id).code == .success)
        #expect(try await desk.run("resume", id).output == "Job \(id) is queued\n")
        let history = try await desk.run("history", id).lines
        #expect(history.count == 3)
        #expect(history[1].contains("by bob: books closed"), "\(history[1])")
    }

    @Test func `a running job is asked, with a time to give way`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, [])
        let paused = try await desk.run("pause", id, "--within", "5s", "--json")
        #expect(paused.code == .success, "\(paused.errors)")
        let request = try JSONFields(JSONText(validating: paused.output)).object("pause_request")
        #expect(try request?.timestamp("deadline") == desk.clock.timestamp + .seconds(5))
        #expect(try await desk.run("pause", id).output.contains("Asked \(id) to pause"))
        let cancelled = try await desk.run("cancel", id, "--within", "2m")
        #expect(cancelled.output.contains("Asked \(id) to stop"))
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(id))) }
        guard case .running(let running) = state.phase else {
            Issue.record("\(state.phase)")
            return
        }
        #expect(running.cancelRequest?.deadline == desk.clock.timestamp + .seconds(120))
    }

    @Test func `a job gets another priority`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        #expect(try await desk.run("reprioritise", id, "--to", "high").code == .success)
        let low = try await desk.run("reprioritise", id, "--to", "-7", "--reason", "audit")
        #expect(low.output == "Job \(id) has priority -7\n", "\(low.errors)")
        #expect(try await desk.run("history", id).output.contains("to -7 by ana: audit"))
        #expect(try await desk.run("reprioritise", id, "--to", "101").code == .usage)
        #expect(try await desk.run("reprioritise", id).code == .usage)
    }

    @Test func `a job gets another moment, which is given once`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        let later = try await desk.run("reschedule", id, "--delay", "2h", "--json")
        let fields = try JSONFields(JSONText(validating: later.output))
        #expect(try fields.timestamp("until") == desk.clock.timestamp + .seconds(7200))
        let text = try await desk.run("reschedule", id, "--not-before", "2100-01-01T00:00:00Z")
        #expect(text.output == "Job \(id) is scheduled\n")
        #expect(try await desk.run("reschedule", id).code == .usage)
        let both = try await desk.run(
            "reschedule", id, "--delay", "1s", "--not-before", "2100-01-01T00:00:00Z")
        #expect(both.code == .usage)
        let running = try await desk.enqueue()
        try await desk.work(running, [])
        let refused = try await desk.run("reschedule", running, "--delay", "1h")
        #expect(refused.code == .jobRefused)
        #expect(refused.errors.contains("running"))
    }

    @Test func `a fork names what it reuses, first as a dry run`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("render", input: #"{"a":1}"#)
        let null = Payload.null
        try await desk.work(
            id,
            [
                .startStep(StepKey("parse"), recorded: nil),
                .completeStep(StepKey("parse"), output: null, duration: 1, recorded: nil),
                .startStep(StepKey("insert"), recorded: nil),
                .completeStep(StepKey("insert"), output: null, duration: 1, recorded: nil),
                .startStep(StepKey("insert", occurrence: 2), recorded: nil),
                .completeStep(StepKey("insert", occurrence: 2), output: null, duration: 1, recorded: nil),
                .complete(output: null),
            ])
        let plan = try await desk.run("fork", id, "--step", "insert#2", "--dry-run", columns: 80)
        #expect(plan.code == .success, "\(plan.errors)")
        #expect(plan.output == "Reused (2): parse#1, insert#1\nRun again (1): insert#2\n")
        let json = try await desk.run("fork", id, "--step", "insert", "--dry-run", "--json")
        #expect(json.output == #"{"reused":["parse#1"],"again":["insert#1","insert#2"]}"# + "\n")
        #expect(try await desk.run("jobs", "--json").lines.count == 1)

        let made = try await desk.run("fork", id, "--step", "insert#2", "--input", #"{"a":2}"#)
        #expect(made.code == .success, "\(made.errors)")
        #expect(made.output.hasSuffix("which reuses 2 recorded steps\n"))
        #expect(try await desk.run("jobs", "--json").lines.count == 2)
        let history = try await desk.run("history", id).output
        #expect(history.contains("from insert#2 by ana"), "\(history)")
    }

    @Test func `a step that never began, or that can be none, is refused`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        let unknown = try await desk.run("fork", id, "--step", "parse")
        #expect(unknown.code == .jobRefused)
        #expect(unknown.errors.contains("holdfast show"))
        #expect(try await desk.run("fork", id).code == .usage)
        #expect(try await desk.run("fork", id, "--step", "insert#0").code == .usage)
        #expect(try await desk.run("fork", id, "--step", "a", "--input", "{").code == .badValue)
    }
}
