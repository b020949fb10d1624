import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("holdfast enqueue", .timeLimit(.minutes(1)))
struct EnqueueCommandTests {
    @Test func `quiet prints the id alone`() async throws {
        let desk = try CommandDesk()
        let outcome = try await desk.run("enqueue", "mail.send", "--any-kind", "--quiet")
        #expect(outcome.code == .success)
        #expect(outcome.errors.isEmpty)
        #expect(JobID(outcome.output.dropLast().description) != nil)
        #expect(outcome.output.last == "\n")
    }

    @Test(arguments: ["argument", "file", "standard input"])
    func `the input is taken from where the option says`(place: String) async throws {
        let desk = try CommandDesk()
        let text = #"{ "to" : "ana", "n" : 1.50 }"#
        let option =
            switch place {
            case "argument": text
            case "file": "@" + (try desk.write(text + "\n", to: "input.json"))
            default: "-"
            }
        let id = try #require(
            try await desk.run(
                "enqueue", "mail.send", "--any-kind", "--quiet", "--input", option, input: text
            ).lines.first)
        // The text is kept, but for the white space between its tokens.
        #expect(try await desk.run("show", id).output.contains(#"{"to":"ana","n":1.50}"#))
    }

    @Test func `the same key gives the same unfinished job`() async throws {
        let desk = try CommandDesk()
        let first = try await desk.enqueue("mail.send", "--key", "monday")
        let second = try await desk.run("enqueue", "mail.send", "--key", "monday", "--any-kind")
        #expect(second.code == .success)
        #expect(second.output.contains("Job \(first) of this key is unfinished, so nothing was added"))
        #expect(try await desk.run("jobs", "--json").lines.count == 1)
    }

    @Test func `a key that is kept ends the command with a code of its own`() async throws {
        let desk = try CommandDesk()
        let first = try await desk.enqueue("mail.send", "--key", "monday")
        let refused = try await desk.run(
            "enqueue", "mail.send", "--key", "monday", "--any-kind", "--on-conflict", "reject")
        #expect(refused.code == .duplicate)
        #expect(refused.code.rawValue == 68)
        #expect(refused.errors.contains(first))
        let replaced = try await desk.run(
            "enqueue", "mail.send", "--key", "monday", "--any-kind", "--on-conflict", "replace")
        #expect(replaced.code == .success)
        #expect(replaced.output.contains("It takes the place of \(first), which was cancelled."))
        let object = try await desk.run(
            "enqueue", "mail.send", "--key", "monday", "--any-kind", "--on-conflict", "replace", "--json")
        #expect(object.output.contains(#""replaced":"#))
    }

    @Test func `a key can be kept for a time, also by a job that has ended`() async throws {
        let desk = try CommandDesk()
        let first = try await desk.enqueue("mail.send", "--key", "monday", "--unique-for", "1h")
        try await desk.run("cancel", first)
        let again = try await desk.run(
            "enqueue", "mail.send", "--key", "monday", "--unique-for", "1h", "--any-kind")
        #expect(again.output.contains("Job \(first) of this key is there, so nothing was added: cancelled"))
        desk.clock.advance(by: .seconds(3600))
        #expect(try await desk.enqueue("mail.send", "--key", "monday", "--unique-for", "1h") != first)
    }

    @Test func `repeats that come shortly after another make one job`() async throws {
        let desk = try CommandDesk()
        let options = ["--key", "customer-42", "--debounce", "10s", "--debounce-max", "15s"]
        let first = try await desk.enqueue("reindex", options[0], options[1], options[2], options[3])
        desk.clock.advance(by: .seconds(9))
        let again = try await desk.run(["enqueue", "reindex", "--any-kind", "--quiet"] + options)
        #expect(again.lines == [first])
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(first))) }
        #expect(state.phase == .scheduled(until: desk.clock.timestamp + .seconds(10)))
        for wrong in [["--debounce", "1s"], ["--key", "a", "--debounce-max", "1s"]] {
            #expect(try await desk.run(["enqueue", "reindex"] + wrong).code == .usage)
        }
    }

    @Test func `a delay makes the job wait`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue(
            "mail.send", "--delay", "10m", "--priority", "high", "--tag", "monthly")
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(id))) }
        #expect(state.phase == .scheduled(until: desk.clock.timestamp + .seconds(600)))
        #expect(state.priority == .high)
        #expect(state.origin.tags == ["monthly"])
    }

    @Test(arguments: [
        (["--max-attempts", "3"], RetryPolicy.exponential(maxAttempts: 3)),
        (["--backoff", "none", "--max-attempts", "1"], .none),
        (["--backoff", "table", "--wait", "10s,5m"], .waits([.seconds(10), .seconds(300)])),
        (
            ["--backoff", "constant", "--wait", "30s", "--jitter", "0.1"],
            .constant(maxAttempts: 5, every: .seconds(30), jitter: 0.1)
        ),
        (
            ["--wait", "2s", "--factor", "3", "--maximum-wait", "10m"],
            .exponential(maxAttempts: 5, initial: .seconds(2), factor: 3, maximum: .seconds(600))
        ),
        ([], .standard),
    ])
    func `options choose the whole policy of retries`(options: [String], policy: RetryPolicy) async throws {
        let desk = try CommandDesk()
        let line = ["enqueue", "mail.send", "--any-kind", "--quiet"] + options
        let id = try #require(try await desk.run(line).lines.first)
        let state = try await desk.withEngine { try await $0.state(of: #require(JobID(id))) }
        #expect(state.origin.retry == policy)
    }

    @Test(arguments: [
        ["--backoff", "linear"], ["--backoff", "none", "--wait", "1s"], ["--wait", "soon"],
        ["--jitter", "2"], ["--backoff", "table"], ["--max-attempts", "0"],
    ])
    func `options of retries that do not fit are refused`(options: [String]) async throws {
        let desk = try CommandDesk()
        let outcome = try await desk.run(["enqueue", "mail.send", "--any-kind"] + options)
        #expect(outcome.code == .usage)
        #expect(!outcome.errors.isEmpty)
    }

    @Test func `a kind that nobody announced is refused with those that were`() async throws {
        let desk = try CommandDesk()
        try await desk.withEngine { engine in
            try await engine.log.write { transaction in
                _ = transaction.record(
                    .workerJoined(
                        WorkerJoined(
                            worker: "mill", engine: engine.id, queues: [.default], kinds: ["mail.send"])),
                    by: .engine(engine.id))
            }
        }
        let refused = try await desk.run("enqueue", "mail.sned")
        #expect(refused.code == .badValue)
        #expect(refused.errors.contains("(known: mail.send)"))
        #expect(try await desk.run("enqueue", "mail.send").code == .success)
    }
}
