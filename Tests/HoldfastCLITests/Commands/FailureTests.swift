import Foundation
import Testing

@testable import HoldfastCLI

@Suite("What can go wrong", .timeLimit(.minutes(1)))
struct FailureTests {
    /// A command line, the exit code that scripts see, and a part of the sentence that people read.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let line: [String]
        let code: CommandExitCode
        let says: String
        var testDescription: String { line.joined(separator: " ") }

        init(_ line: String, _ code: CommandExitCode, _ says: String) {
            self.line = line.split(separator: " ").map(String.init)
            self.code = code
            self.says = says
        }
    }

    private static let mistakes = [
        Mistake("fly", .usage, "fly"),
        Mistake("jobs --limit none", .usage, "see `holdfast jobs --help`"),
        Mistake("enqueue mail.send --input {\"a\": --any-kind", .badValue, "JSON"),
        Mistake("enqueue mail.send --input @missing.json --any-kind", .noSuchFile, "missing.json"),
        Mistake("enqueue mial.send", .badValue, "no worker ever announced the kind \"mial.send\""),
        Mistake("enqueue mail.send --delay soon", .usage, "30s, 5m, 2h or 1d"),
        Mistake("enqueue mail.send --quiet --json", .usage, "not both"),
        Mistake("show 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", .noSuchJob, "there is no job"),
        Mistake("history 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", .noSuchJob, "there is no job"),
        Mistake("cancel 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", .noSuchJob, "there is no job"),
        Mistake("jobs --db nowhere.db", .noSuchFile, "there is no database nowhere.db"),
        Mistake("jobs --db /", .noSuchFile, "is a directory"),
        Mistake("migrate --db /no/such/folder/jobs.db", .cannotCreate, "there is no folder /no/such/folder"),
        Mistake("serve --host 0.0.0.0 --port 0", .usage, "--insecure"),
        Mistake("demo --dir /no/such/folder", .noSuchFile, "there is no directory /no/such/folder"),
    ]

    @Test(arguments: mistakes)
    func `a mistake gives one sentence and its exit code`(mistake: Mistake) async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let outcome = try await desk.run(mistake.line)
        #expect(outcome.code == mistake.code, "\(outcome.errors)")
        #expect(outcome.errors.contains(mistake.says), "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("holdfast: "))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.output.isEmpty)
    }

    @Test func `a file that is no database is left as it is`() async throws {
        let desk = try CommandDesk()
        let letter = try desk.write(String(repeating: "Dear Ana, ", count: 500), to: "letter.txt")
        for line in [
            ["jobs"], ["enqueue", "mail.send", "--any-kind"], ["migrate"], ["serve", "--port", "0"],
        ] {
            let outcome = try await desk.run(line + ["--db", letter])
            #expect(outcome.code == .wrongDatabase, "\(line): \(outcome.errors)")
        }
        #expect(
            try String(contentsOf: URL(fileURLWithPath: letter), encoding: .utf8).hasPrefix("Dear Ana, Dear"))
    }

    @Test func `a value above the limit is refused and nothing is added`() async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let large = try desk.write("\"\(String(repeating: "x", count: 9 << 20))\"", to: "large.json")
        let outcome = try await desk.run("enqueue", "mail.send", "--any-kind", "--input", "@\(large)")
        #expect(outcome.code == .badValue)
        #expect(outcome.errors.contains("too large"))
        #expect(outcome.errors.contains("8388608"))
        #expect(try await desk.run("jobs", "--json").output.isEmpty)
    }

    @Test func `a part of an id that fits several jobs lists them`() async throws {
        let desk = try CommandDesk()
        let first = try await desk.enqueue()
        _ = try await desk.enqueue()
        let outcome = try await desk.run("show", String(first.prefix(8)))
        #expect(outcome.code == .badValue)
        #expect(outcome.errors.contains("fits several jobs"))
    }
}
