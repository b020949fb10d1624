import HoldfastCore
import HoldfastEngine
import Testing

@testable import HoldfastCLI

@Suite("Commands that steer", .timeLimit(.minutes(1)))
struct SteerCommandTests {
    @Test func `cancelling twice is cancelling once`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        let first = try await desk.run("cancel", id, "--reason", "duplicate", "--by", "bob")
        #expect(first.code == .success)
        #expect(first.output.contains("Cancelled \(id)"))
        let second = try await desk.run("cancel", id, "--reason", "again")
        #expect(second.code == .success)
        let events = try await desk.run("history", id).lines
        #expect(events.count == 2)
        #expect(try #require(events.last).contains("bob"))
        #expect(try #require(events.last).contains("duplicate"))
    }

    @Test func `a job that completed cannot be cancelled`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        let outcome = try await desk.run("cancel", id)
        #expect(outcome.code == .jobRefused)
        #expect(outcome.errors.contains("completed"))
    }

    @Test func `a cancelled job can be begun again`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.run("cancel", id)
        #expect(try await desk.run("retry", id).code == .success)
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(id))) }
        #expect(state.phase.name == .queued)
        #expect(state.life == 2)
    }

    @Test func `migrate makes a database once`() async throws {
        let desk = try CommandDesk()
        #expect(try await desk.run("migrate", "--json").output.contains("created"))
        #expect(try await desk.run("migrate", "--json").output.contains("unchanged"))
    }

    @Test func `version names the schema and SQLite`() async throws {
        let outcome = try await CommandDesk().run("version", "--json")
        let fields = try JSONFields(JSONText(validating: outcome.output))
        #expect(try fields.string("holdfast") == HoldfastVersion.current)
        #expect(try fields.string("sqlite")?.hasPrefix("3.") == true)
        #expect(outcome.output.contains("\"schema\""))
    }
}
