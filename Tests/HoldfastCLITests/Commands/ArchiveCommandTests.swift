import Foundation
import HoldfastCore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("The archive command", .timeLimit(.minutes(1)))
struct ArchiveCommandTests {
    private let desk: CommandDesk
    private let job: String

    /// A desk with a job that completed and one that waits.
    init() async throws {
        desk = try CommandDesk()
        job = try await desk.enqueue(input: "{\"a\":1}")
        try await desk.work(job, CommandDesk.fullRun)
        _ = try await desk.enqueue("mail.wait")
        desk.clock.advance(by: .seconds(1))
    }

    private func archive(_ more: String...) async throws -> CommandDesk.Outcome {
        try await desk.run(["archive", "--older-than", "0s"] + more)
    }

    @Test func `what reads a job prints the same before and after`() async throws {
        let lines = [
            ["history", job], ["history", job, "--json"], ["history", job, "--format", "timeline"],
            ["show", job], ["show", job, "--json"], ["show", job, "--at", "3"], ["logs", job],
            ["artifacts", job], ["diff", job, job], ["export", job],
        ]
        let before = try await outputs(of: lines)
        let outcome = try await archive("--reason", "rule 7")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.lines.last?.hasPrefix("1 job with ") == true)
        #expect(outcome.lines.first?.contains("/jobs.db.archive/1-") == true)
        let after = try await outputs(of: lines.dropLast())
        for (line, (old, new)) in zip(lines, zip(before, after)) { #expect(old == new, "\(line)") }
        // What stood before its events in the log is gone.
        let exported = try await desk.run("export", job)
        #expect(exported.code == .success, "\(exported.errors)")
        #expect(try await desk.run("jobs", "--json").lines.count == 1)
        #expect(try await desk.run("cancel", job).errors.contains("pruned"))
        #expect(try await desk.run("history", String(job.suffix(12))).code == .noSuchJob)
    }

    private func outputs(of lines: some Sequence<[String]>) async throws -> [String] {
        var outputs: [String] = []
        for line in lines {
            let outcome = try await desk.run(line)
            #expect(outcome.code == .success, "\(line): \(outcome.errors)")
            // Where the log ended when it was read is no matter of the job.
            outputs.append(outcome.output.replacing(/^{"position":"\d+"/, with: ""))
        }
        return outputs
    }

    @Test func `verify reads the segments, and misses those that are gone`() async throws {
        let folder = desk.file("elsewhere")
        let made = try await archive("--to", folder, "--json")
        #expect(made.code == .success, "\(made.errors)")
        let file = try #require(made.output.firstMatch(of: /"file":"([^"]+)"/)).output.1
        let sound = try await desk.run("verify")
        #expect(sound.output.contains("1 segment of the archive"), "\(sound.output)")
        try await desk.serving(desk.database) { url in
            let served = try await desk.run(["verify", "--url", url], variables: [:])
            #expect(served.output.contains("1 segment of the archive"), "\(served.output)")
        }
        #expect(try await desk.run("actors", "--json").output.contains("engine.archived"))
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        let missing = try await desk.run("verify")
        #expect(missing.code == .jobRefused)
        #expect(missing.output.contains("archive: the segment \(file)"), "\(missing.output)")
        let history = try await desk.run("history", job)
        #expect(history.code != .success && history.errors.contains(file), "\(history.errors)")
    }

    @Test func `a job comes back into another database`() async throws {
        _ = try await archive()
        let folder = "\(desk.database).archive"
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        let other = desk.file("other.db")
        let taken = try await desk.run("import", "\(folder)/\(file)", "--job", job, "--db", other)
        #expect(taken.code == .success, "\(taken.errors)")
        #expect(try await desk.run("show", job, "--db", other).code == .success)
        #expect(try await desk.run("import", "\(folder)/\(file)", "--job", job).errors.contains("pruned"))
        let replayed = try await desk.run("replay", "\(folder)/\(file)", "--job", job)
        #expect(replayed.lines.last?.contains("running -> completed") == true, "\(replayed.errors)")
        let unknown = "0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"
        let none = try await desk.run("import", "\(folder)/\(file)", "--job", unknown, "--db", other)
        #expect(none.code == .badValue && none.errors.contains("is not in the file"), "\(none.errors)")
        #expect(
            try await desk.run("import", "\(folder)/\(file)", "--db", desk.file("x.db")).code == .badValue)
    }

    @Test func `a dry run only says what would go`() async throws {
        let dry = try await archive("--dry-run")
        #expect(dry.output.hasPrefix("1 job with ") && dry.output.contains("would be archived"))
        #expect(!FileManager.default.fileExists(atPath: "\(desk.database).archive"))
        #expect(try await desk.run("show", job).code == .success)
        #expect(try await archive("--dry-run", "--json").output.contains("\"segments\":[]"))
    }

    @Test(arguments: [
        (["archive"], CommandExitCode.usage, "--older-than"),
        (["archive", "--keep", "1", "--state", "running"], .usage, "has not ended"),
        (["archive", "--keep", "1", "--to", ""], .usage, "folder"),
        (["archive", "--older-than", "0s", "--to", "/nowhere/else"], .inputOutput, "/nowhere/else"),
        (["archive", "--keep", "1", "--db", "nowhere.db"], .noSuchFile, "there is no database"),
    ])
    func `a mistake gives one sentence and its exit code`(
        line: [String], code: CommandExitCode, says: String
    ) async throws {
        let outcome = try await desk.run(line)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }
}
