import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("holdfast bulk", .timeLimit(.minutes(1)))
struct BulkCommandTests {
    @Test func `many jobs are cancelled at once, and the command says how many`() async throws {
        let desk = try CommandDesk()
        var ids: [String] = []
        for _ in 0..<3 { ids.append(try await desk.enqueue("mail.send")) }
        let other = try await desk.enqueue("report")
        let dry = try await desk.run("bulk", "cancel", "--kind", "mail.send", "--dry-run")
        #expect(dry.output == "3 jobs would be met.\n")
        let done = try await desk.run(
            "bulk", "cancel", "--kind", "mail.send", "--reason", "too many", "--by", "bob")
        #expect(done.code == .success)
        #expect(done.lines.last?.hasSuffix("done, 3 met, 3 changed, 0 refused") == true)
        for id in ids {
            let state = try await desk.withEngine { try await $0.state(of: #require(JobID(id))) }
            #expect(
                state.phase
                    == .cancelled(at: desk.clock.timestamp, by: .person("bob"), reason: "too many"))
        }
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(other))) }
        #expect(state.phase.name == .queued)
        let list = try await desk.run("bulk", "list")
        #expect(list.lines == done.lines.suffix(1))
        #expect(try await desk.run("bulk", "list", "--json").output.contains(#""state":"finished""#))
    }

    @Test func `a command that says of no job which one is refused`() async throws {
        let desk = try CommandDesk()
        _ = try await desk.enqueue("mail.send")
        #expect(try await desk.run("bulk", "pause").code == .usage)
        #expect(try await desk.run("bulk", "pause", "--all", "--kind", "mail.send").code == .usage)
        #expect(try await desk.run("bulk", "pause", "--all").code == .success)
        #expect(try await desk.run("jobs", "--state", "paused", "--json").lines.count == 1)
    }
}
