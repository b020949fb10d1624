import ArgumentParser
import Foundation
import HoldfastCore
import Testing

@testable import HoldfastCLI

/// Holds what commands print against the page that promises it.
@Suite("Documents of commands", .timeLimit(.minutes(1)))
struct CommandJSONTests {
    /// Command lines on the database of `TwoTargets`, by the heading of the page that lists their fields.
    private static let lines = [
        "A job": ["jobs --json", "budget QUEUED --json"],
        "A sheet": ["show DONE --json", "show RUNNING --json"],
        "An event": ["history DONE --json", "logs DONE --json", "tail DONE --json"],
        "A queue": ["queues --json"],
        "A schedule": ["schedules --json"], "A checkpoint": ["checkpoints --json"],
        "A file of a job": ["artifacts FILES --json"], "An operation on many jobs": ["bulk list --json"],
        "The numbers": ["stats --json"], "A finding": ["doctor --json"],
        "Where a job stands": ["why DONE --json", "why LATER --json", "why ASKING --json"],
        "Two runs": ["diff DONE RUNNING --json", "diff DONE DONE --json"], "A decision": ["actors --json"],
        "The end of the log": ["head --json"], "A proof": ["verify --json"],
        "What was redacted": ["redact DONE --dry-run --json"],
    ]

    private static func page() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: root.appending(path: "Docs/Holdfast.docc/CommandJSON.md"), encoding: .utf8)
    }

    /// The fields of each table of the page, and whether they are always there.
    private static func fields() throws -> [String: [String: Bool]] {
        let page = try page()
        var fields: [String: [String: Bool]] = [:]
        var heading = ""
        for line in page.split(separator: "\n") {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            guard line.hasPrefix("| `") else { continue }
            let names = line.dropFirst(2).prefix { $0 != "|" }
            for name in names.split(separator: ",") {
                let name = name.trimmingCharacters(in: .whitespaces)
                fields[heading, default: [:]][name.filter { $0 != "`" && $0 != "?" }] = !name.hasSuffix("?")
            }
        }
        return fields
    }

    @Test func `each document has the fields that the page promises, and no others`() async throws {
        let targets = try await TwoTargets.make()
        let promised = try Self.fields()
        #expect(Set(promised.keys) == Set(Self.lines.keys))
        for (heading, lines) in Self.lines {
            let fields = try #require(promised[heading], "\(heading)")
            for line in lines {
                let words = line.split(separator: " ").map { targets.jobs[String($0)] ?? String($0) }
                let outcome = try await targets.desk.run(words)
                #expect(!outcome.lines.isEmpty, "\(line): \(outcome.errors)")
                for document in outcome.lines {
                    let keys = Set(try JSONFields(JSONText(validating: document)).keys)
                    let unknown = keys.subtracting(fields.keys)
                    #expect(unknown.isEmpty, "\(line) prints \(unknown), which \(heading) does not list")
                    let missing = Set(fields.filter(\.value).keys).subtracting(keys)
                    #expect(missing.isEmpty, "\(line) lacks \(missing) of \(heading)")
                }
            }
        }
    }

    @Test func `each command with --json is named on the page`() throws {
        let page = try Self.page()
        for command in CommandLineTool.configuration.subcommands where command is any ReadingCommand.Type {
            let name = command.configuration.commandName ?? ""
            #expect(page.contains("`\(name)`"), "\(name) is missing")
        }
    }
}
