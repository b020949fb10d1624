import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("Commands about queues", .timeLimit(.minutes(1)))
struct QueueCommandTests {
    @Test func `limits are set one by one, and shown`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let first = try await desk.run(
            "queue", "set", "mail", "--concurrency", "3", "--per-process", "2", "--rate", "100/1s",
            "--weight",
            "3", "--per-key", "1")
        #expect(first.code == .success, "\(first.errors)")
        #expect(first.output == "Queue mail allows 3 at once, 2 per process, 100/1s, weight 3, 1 per key\n")
        let second = try await desk.run("queue", "set", "mail", "--concurrency", "none", "--weight", "1")
        #expect(second.output == "Queue mail allows 2 per process, 100/1s, 1 per key\n")
        let table = try await desk.run("queues").output
        #expect(table.contains("2 per process, 100/1s, 1 per key"))
        let json = try await desk.run("queues", "--json").output
        #expect(
            json == #"{"queue":"mail","limits":{"per_process":2,"rate":{"jobs":100,"window_us":1000000},"#
                + #""weight":1,"per_key":1},"jobs":{}}"# + "\n")
    }

    @Test func `a pause outlives the process, and names who and why`() async throws {
        let desk = try CommandDesk()
        _ = try await desk.enqueue("mail.send", input: "{}", "--queue", "mail", "--limit-key", "customer 7")
        let paused = try await desk.run(
            "queue", "pause", "mail", "--reason", "the relay is down", "--by", "bob")
        #expect(paused.output.hasPrefix("Queue mail is paused by bob since "))
        #expect(paused.output.hasSuffix(": the relay is down; has no limits\n"))
        try await desk.run("queue", "pause", "mail", "--reason", "again", "--by", "eve")
        let table = try await desk.run("queues").output
        #expect(table.contains("by bob") && !table.contains("eve"))
        let resumed = try await desk.run("queue", "resume", "mail", "--json")
        #expect(resumed.output.contains(#""queue":"mail""#) && !resumed.output.contains("paused"))
        let kinds = try await desk.withEngine { engine in
            try await engine.log.read { try $0.events(EventQuery()).events.map(\.kind) }
        }
        #expect(kinds == ["job.enqueued", "queue.paused", "queue.resumed"])
    }

    @Test(arguments: [
        ["queue", "set", "mail"], ["queue", "set", "mail", "--concurrency", "0"],
        ["queue", "set", "mail", "--rate", "100"], ["queue", "set", "mail", "--rate", "fast/1s"],
        ["queue", "pause"],
    ])
    func `what does not fit is a mistake of usage`(arguments: [String]) async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        #expect(try await desk.run(arguments).code == .usage)
    }

    @Test func `limits that make no sense together are refused`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let outcome = try await desk.run("queue", "set", "mail", "--rate", "100000/1s")
        #expect(outcome.code == .badValue)
        #expect(outcome.errors.contains("jobs"))
        #expect(try await desk.run("queues").output == "There are no queues yet.\n")
    }

    @Test func `a job shows its limit key`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("mail.send", input: "{}", "--limit-key", "customer 7")
        #expect(try await desk.run("show", id).output.contains("customer 7"))
        #expect(try await desk.run("history", id).output.contains("limit key customer 7"))
    }
}
