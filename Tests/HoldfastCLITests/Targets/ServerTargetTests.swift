import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import Testing

@testable import HoldfastCLI

@Suite("Commands on a URL", .timeLimit(.minutes(1)))
struct ServerTargetTests {
    /// A port on which nobody listens, as far as anybody can know.
    private static let nobody = "http://127.0.0.1:1"

    private struct Mistake {
        let line: [String]
        var variables: [String: String] = [:]
        let code: CommandExitCode
        let says: String
    }

    /// Makes a key for somebody, and a file that lets them in.
    private func key(for subject: String, _ role: String..., on desk: CommandDesk) async throws -> (
        key: String, access: AccessConfiguration
    ) {
        let roles = role.flatMap { ["--role", $0] }
        let made = try await desk.run(["token", "key", "--sub", subject, "--json"] + roles)
        let fields = try JSONFields(JSONText(validating: try #require(made.lines.first, "\(made.errors)")))
        let entry = try #require(fields.raw("entry"))
        let file = try desk.write(#"{"api_keys":[\#(entry)]}"#, to: "auth-\(subject).json")
        return (try #require(try fields.string("key")), try AuthFile(file).access)
    }

    @Test func `what is wrong with the address is said in one sentence`() async throws {
        let desk = try CommandDesk()
        let both = ["HOLDFAST_URL": Self.nobody, "HOLDFAST_DB": "x.db"]
        let mistakes = [
            Mistake(line: ["jobs", "--url", Self.nobody], code: .busy, says: "no server answers at"),
            Mistake(line: ["tail", "--url", Self.nobody], code: .busy, says: "no server answers at"),
            Mistake(line: ["jobs", "--url", "jobs.example.com"], code: .usage, says: "is no address"),
            Mistake(line: ["jobs", "--url", Self.nobody, "--db", "x"], code: .usage, says: "not both"),
            Mistake(line: ["jobs"], variables: both, code: .usage, says: "are both set"),
            Mistake(
                line: ["jobs"], variables: ["HOLDFAST_URL": Self.nobody], code: .busy, says: "no server"),
            Mistake(line: ["jobs", "--token-file", "t", "--db", "x"], code: .usage, says: "for a server"),
            Mistake(line: ["jobs", "--token-file", "t"], code: .usage, says: "add its --url"),
            Mistake(
                line: ["jobs", "--url", Self.nobody, "--token-file", "/no/such"], code: .noSuchFile,
                says: "/no/such"),
            Mistake(
                line: ["jobs", "--url", Self.nobody], variables: ["HOLDFAST_TOKEN": "a b"], code: .badValue,
                says: "the token"),
            Mistake(
                line: ["cancel", "abcdef", "--by", "bob", "--url", Self.nobody], code: .usage,
                says: "--by goes with --db"),
        ]
        for mistake in mistakes {
            let outcome = try await desk.run(mistake.line, variables: mistake.variables)
            #expect(outcome.code == mistake.code, "\(mistake.line): \(outcome.errors)")
            #expect(outcome.errors.contains(mistake.says), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func `a wrong path, and a server of something else, are told apart from a job that is not there`()
        async throws
    {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        try await desk.serving(desk.database) { url in
            let wrong = try await desk.run("jobs", "--url", url + "/nowhere")
            #expect(wrong.code == .wrongDatabase && wrong.errors.contains("wrong path"), "\(wrong.errors)")
            let slash = try await desk.run("jobs", "--url", url + "/")
            #expect(slash.output == "There are no jobs yet.\n", "\(slash.errors)")
        }
    }

    @Test func `the token comes from the environment or a file, and nobody else gets in`() async throws {
        let desk = try CommandDesk()
        let (key, access) = try await key(for: "bob", "admin", on: desk)
        let id = try await desk.enqueue("mail.send")
        try await desk.serving(desk.database, access: access) { url in
            let nobody = try await desk.run("jobs", "--url", url)
            #expect(
                nobody.code == .notPermitted && nobody.errors.contains("HOLDFAST_TOKEN"), "\(nobody.errors)")
            let wrong = try await desk.run(
                ["jobs", "--url", url], variables: ["HOLDFAST_TOKEN": "hfk_wrong"])
            #expect(wrong.code == .notPermitted && !wrong.errors.contains("hfk_wrong"), "\(wrong.errors)")
            let set = ["HOLDFAST_TOKEN": key, "HOLDFAST_URL": url]
            let known = try await desk.run(["jobs", "--json"], variables: set)
            #expect(known.lines.count == 1 && known.output.contains(id), "\(known.errors)")
            let file = try desk.write(key + "\n", to: "key.txt")
            let cancelled = try await desk.run("cancel", id, "--url", url, "--token-file", file)
            #expect(cancelled.code == .success, "\(cancelled.errors)")
        }
        let end = try #require(try await desk.run("history", id).lines.last)
        #expect(end.contains("job.cancelled") && end.hasSuffix("by bob"))
    }

    @Test func `a caller without a role is told what is not allowed`() async throws {
        let desk = try CommandDesk()
        let (key, access) = try await key(for: "eve", on: desk)
        try await desk.run("migrate")
        try await desk.serving(desk.database, access: access) { url in
            let outcome = try await desk.run(
                ["queue", "pause", "mail", "--url", url], variables: ["HOLDFAST_TOKEN": key])
            #expect(outcome.code == .notPermitted, "\(outcome.errors)")
            #expect(outcome.errors.contains("does not allow it"), "\(outcome.errors)")
        }
    }

    @Test func `a tail over HTTP follows a job as it goes on`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue("ledger.import")
        try await desk.serving(desk.database) { url in
            async let told = desk.run("tail", id, "--from", "start", "--json", "--url", url)
            try await desk.work(id, CommandDesk.fullRun)
            let lines = try await told.lines
            #expect(lines.count == 8)
            #expect(lines.last?.contains("job.completed") == true)
        }
    }
}
