import ArgumentParser
import Foundation
import HoldfastCore
import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What every command keeps to, new ones included: the list is the tool's own.
@Suite("Every command", .timeLimit(.minutes(2)))
struct EveryCommandTests {
    /// A command that can be run, by the words that are typed.
    struct Leaf: Sendable, CustomTestStringConvertible {
        let words: [String]
        let isReading: Bool
        let description: CommandDescription
        var testDescription: String { words.joined(separator: " ") }

        var name: String { words.joined(separator: " ") }
        var takesJob: Bool { description.arguments.contains { $0.names.isEmpty && Self.isJob($0) } }
        var takesFile: Bool { description.arguments.contains { $0.names.contains("--db") } }

        private static func isJob(_ argument: CommandDescription.Argument) -> Bool {
            ["job", "jobs"].contains(argument.valueName)
        }

        /// What has to be typed behind the words, with a value for each that the command needs.
        func needed(job: String) throws -> [String] {
            var line: [String] = []
            for argument in description.arguments where !argument.isOptional || Self.isJob(argument) {
                if name == "tail", argument.valueName == "job" { continue }
                let value = argument.valueName ?? ""
                if let option = argument.names.last { line.append(option) }
                if Self.isJob(argument) {
                    line.append(job)
                } else {
                    line.append(
                        try #require(
                            samples[value] ?? samples[name], "\(name): a sample of \(value) is missing"))
                }
            }
            // A run is compared with itself.
            if name == "diff" { line.append(job) }
            return line + (EveryCommandTests.more[name] ?? [])
        }
    }

    /// Values for what commands need, by the name of the value or else of the command.
    private static let samples = [
        "name": "nightly", "queue": "mail", "kind": "mail.send", "verb": "list", "step": "parse",
        "to": "high",
        "priority": "high",
        "sub": "ana", "token key": "ana", "token jwt": "ana", "id": "ana", "target": "copy.db",
        "file": "missing.ndjson", "backup": "missing.db", "copy": "missing.db",
    ]

    /// What a command needs beside its required arguments.
    private static let more: [String: [String]] = [
        "schedule set": ["--cron", "@daily"],
        "reschedule": ["--delay", "5m"],
        "queue set": ["--concurrency", "3"], "tail": ["--from", "now"], "prune": ["--older-than", "30d"],
        "archive": ["--older-than", "30d"],
    ]

    /// Those that run until they are stopped.
    static let lasting: Set<String> = ["serve", "demo", "open"]
    /// Those that make the database where there is none.
    private static let creating: Set<String> = ["migrate", "restore", "import"]

    static let leaves: [Leaf] = {
        guard let tool = try? CommandDescription.tool() else { return [] }
        func leaves(_ types: [any ParsableCommand.Type], _ parents: [String]) -> [Leaf] {
            types.flatMap { type -> [Leaf] in
                let words = parents + [type.configuration.commandName ?? ""]
                guard type.configuration.subcommands.isEmpty else {
                    return leaves(type.configuration.subcommands, words)
                }
                guard let description = tool.command(words) else { return [] }
                return [
                    Leaf(words: words, isReading: type is any ReadingCommand.Type, description: description)
                ]
            }
        }
        return leaves(CommandLineTool.configuration.subcommands, [])
    }()

    @Test func `the list is whole`() throws {
        let tool = try CommandDescription.tool()
        #expect(Self.leaves.count == tool.all.count { $0.subcommands.isEmpty })
        #expect(Self.leaves.count > 30)
        #expect(Self.leaves.count { $0.isReading } > 10)
    }

    @Test(arguments: leaves)
    func `help has an example, and a wrong option one sentence`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        let help = try await desk.run(leaf.words + ["--help"], columns: 60)
        #expect(help.code == .success)
        #expect(help.output.contains("EXAMPLE"), "\(leaf.name)")
        // What is typed is never broken.
        let prose = help.lines.filter { !$0.hasPrefix("  ") && !$0.hasPrefix("USAGE") }
        #expect(prose.allSatisfy { $0.count <= 60 }, "\(help.output)")
        let wrong = try await desk.run(leaf.words + ["--no-such-option"])
        #expect(wrong.code == .usage)
        #expect(wrong.errors.contains("--help"))
        #expect(wrong.errors.split(separator: "\n").count == 1)
        #expect(wrong.output.isEmpty)
    }

    @Test(arguments: leaves.filter { $0.takesJob })
    func `an unknown job has a code and a sentence of its own`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        try await desk.run("migrate")
        let unknown = "0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
        let line = try leaf.words + leaf.needed(job: unknown) + (leaf.name == "tail" ? [unknown] : [])
        let outcome = try await desk.run(line)
        #expect(outcome.code == .noSuchJob, "\(line): \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("holdfast: there is no job \(unknown)"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        arguments: leaves.filter { $0.takesFile && !lasting.contains($0.name) && !creating.contains($0.name) }
    )
    func `a missing file has a code and a sentence of its own, and stays missing`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        let missing = desk.file("nowhere.db")
        let line = try leaf.words + leaf.needed(job: "6f0a1b2c3d4e") + ["--db", missing]
        let outcome = try await desk.run(line)
        #expect(outcome.code == .noSuchFile, "\(line): \(outcome.errors)")
        #expect(outcome.errors.contains("there is no database \(missing)"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    @Test(arguments: leaves.filter(\.isReading))
    func `what is printed fits 60 columns, and a reader that goes is no failure`(leaf: Leaf) async throws {
        let desk = try CommandDesk()
        let job = try await desk.enqueue(
            "ledger.import.quarterly", "--key", "k", "--queue", "imports-of-the-quarter")
        try await desk.work(job, CommandDesk.fullRun)
        _ = try await desk.run(
            "schedule", "set", "nightly", "--cron", "0 3 * * *", "--kind", "report.of.the.quarter",
            "--any-kind")
        let line = try leaf.words + leaf.needed(job: job)
        guard leaf.name != "tail" else { return }
        let printed = try await desk.run(line, columns: 60)
        #expect(printed.errors.isEmpty, "\(line): \(printed.errors)")
        // What is to be copied is never cut: commands, names of files, hashes.
        let lines = printed.lines.filter { line in
            !line.contains("holdfast ") && line.split(separator: " ").allSatisfy { $0.count <= 40 }
        }
        #expect(lines.allSatisfy { DisplayWidth.columns(of: $0) <= 60 }, "\(line): \(printed.output)")
        let closed = try Sheet.withoutReader()
        let gone = try await desk.run(line, on: closed)
        #expect(gone.code == .success, "\(line): \(gone.errors)")
        #expect(gone.errors.isEmpty)
    }
}
