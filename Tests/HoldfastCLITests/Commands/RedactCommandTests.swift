import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("The redact and destroy-key commands", .timeLimit(.minutes(1)))
struct RedactCommandTests {
    private let desk: CommandDesk
    private let job: String

    /// A desk with a job that completed and one that waits.
    init() async throws {
        desk = try CommandDesk()
        job = try await desk.enqueue(input: "{\"name\":\"Rumpelstiltskin\"}")
        try await desk.work(job, CommandDesk.fullRun)
    }

    private func enqueue(owner: Owner) async throws -> String {
        try await desk.withEngine { engine in
            let request = EnqueueRequest(
                kind: "mail.send", input: .emptyObject, options: EnqueueOptions(owner: owner),
                acceptsAnyKind: true)
            return try await engine.enqueue(request).state.id.description
        }
    }

    private func holdsSecret() throws -> Bool {
        for name in ["jobs.db", "jobs.db-wal"] where FileManager.default.fileExists(atPath: desk.file(name)) {
            let bytes = try Data(contentsOf: URL(filePath: desk.file(name)))
            if bytes.range(of: Data("Rumpelstiltskin".utf8)) != nil { return true }
        }
        return false
    }

    @Test func `the values go, and every command still reads the job`() async throws {
        #expect(try holdsSecret())
        let dry = try await desk.run("redact", job, "--dry-run")
        #expect(dry.output.contains("events would be redacted"))
        #expect(try holdsSecret())
        let outcome = try await desk.run("redact", job, "--reason", "request 17")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(
            outcome.lines.last
                == "The file was written anew and holds no trace of what was redacted; backups made before still do."
        )
        #expect(try !holdsSecret())
        let lines = [
            ["show", job], ["show", job, "--json"], ["history", job], ["history", job, "--json"],
            ["logs", job], ["why", job], ["artifacts", job],
            ["actors", "--engines"], ["jobs"], ["jobs", "--json"], ["verify"],
            ["rebuild"], ["doctor"],
            ["tail", job], ["stats"], ["budget", job],
        ]
        for line in lines {
            let read = try await desk.run(line)
            #expect(read.code == .success, "\(line): \(read.errors)")
            #expect(!read.output.contains("Rumpelstiltskin"), "\(line)")
        }
        #expect(try await desk.run("history", job).output.contains("its values were redacted"))
        #expect(try await desk.run("actors", "--engines").output.contains("request 17"))
        for line in [
            ["history", job, "--format", "timeline"], ["retry", job], ["fork", job, "--step", "parse"],
            ["export", job], ["diff", job, job],
        ] {
            let refused = try await desk.run(line)
            #expect(refused.code == .jobRefused, "\(line): \(refused.output)")
            #expect(refused.errors.contains("values were redacted"), "\(line): \(refused.errors)")
        }
        #expect(try await desk.run("show", job, "--at", "2").errors.contains("ask for position"))
        let again = try await desk.run("redact", job, "--json")
        #expect(again.output.contains("\"scrubbed\":true") && again.output.contains("\"jobs\":[]"))
    }

    @Test func `the ended jobs of an owner go together, and those that go on are named and left`()
        async throws
    {
        var ended: [String] = []
        for _ in 0..<3 {
            let id = try await enqueue(owner: "anna")
            try await desk.work(id, CommandDesk.fullRun)
            ended.append(id)
        }
        let waiting = try await enqueue(owner: "anna")
        let outcome = try await desk.run("redact", "--owner", "anna", "--json", "--keep-traces")
        #expect(outcome.code == .jobRefused)
        #expect(outcome.errors.contains("job \(waiting): the job has not ended"), "\(outcome.errors)")
        for id in ended { #expect(outcome.output.contains(id)) }
        #expect(!outcome.output.contains(job))
        #expect(outcome.output.contains("\"scrubbed\":false"))
        let again = try await desk.run("redact", "--owner", "anna")
        #expect(again.lines.last?.hasPrefix("The file was written anew") == true, "\(again.output)")
        let refused = try await desk.run("redact", job, waiting)
        #expect(refused.code == .jobRefused)
        #expect(refused.output.contains("Job \(job): "))
        #expect(refused.errors.contains("job \(waiting): the job has not ended"))
    }

    @Test func `an archived job is named by its whole id`() async throws {
        desk.clock.advance(by: .seconds(1))
        #expect(try await desk.run("archive", "--older-than", "0s").code == .success)
        #expect(try await desk.run("history", job).output.contains("enqueued"))
        #expect(try await desk.run("redact", String(job.suffix(12))).code == .noSuchJob)
        let outcome = try await desk.run("redact", job, "--reason", "request 17")
        #expect(outcome.code == .success, "\(outcome.errors)")
        #expect(outcome.output.contains("in the archive ("))
        #expect(try await desk.run("verify").code == .success)
        #expect(try await desk.run("history", job).code == .noSuchJob)
        #expect(try await desk.run("redact", job).output.hasPrefix("Nothing was left to be redacted."))
        let actors = try await desk.run("actors").output
        #expect(actors.contains("request 17") && actors.contains("engine.archived"), "\(actors)")
    }

    @Test func `somebody has to be named`() async throws {
        #expect(try await desk.run("redact").errors.contains("say which jobs"))
        #expect(try await desk.run("redact", job, "--owner", "anna").code == .usage)
        #expect(try await desk.run("destroy-key", job).errors.contains("not encrypted"))
    }

    @Test func `an encrypted job shows nothing, and nobody reads it without its key`() async throws {
        let secret = "Belladonna"
        let line = [
            "enqueue", "ledger.import", "--input", "\"\(secret)\"", "--encrypt", "--any-kind", "--quiet",
        ]
        let id = try #require(try await desk.run(line).lines.first)
        #expect(try await !desk.run("history", id, "--json").output.contains(secret))
        #expect(try await desk.run("show", id, "--json").output.contains(#""encrypted":true"#))
        #expect(try await desk.run("destroy-key", id).errors.contains("has not ended"))
        #expect(try await desk.run("cancel", id).code == .success)
        let destroyed = try await desk.run("destroy-key", id, "--reason", "request 17")
        #expect(destroyed.output == "The key of job \(id) is destroyed\n", "\(destroyed.errors)")
        #expect(try await desk.run("actors").output.contains("request 17"))
        #expect(try await desk.run("verify").code == .success)
    }

    @Test func `the key of an archived job is destroyed, and one that is missing is not said to be`()
        async throws
    {
        let line = ["enqueue", "ledger.import", "--encrypt", "--any-kind", "--quiet"]
        let id = try #require(try await desk.run(line).lines.first)
        #expect(try await desk.run("cancel", id).code == .success)
        desk.clock.advance(by: .seconds(1))
        #expect(try await desk.run("archive", "--older-than", "0s").code == .success)
        let keys = desk.file("jobs.db.keys")
        try FileManager.default.moveItem(atPath: keys, toPath: keys + ".away")
        let missing = try await desk.run("destroy-key", id)
        #expect(missing.code == .jobRefused)
        #expect(missing.errors.contains("is not in the file with the keys"), "\(missing.errors)")
        #expect(try await !desk.run("actors").output.contains("engine.keyDestroyed"))
        try FileManager.default.moveItem(atPath: keys + ".away", toPath: keys)
        #expect(try await desk.run("destroy-key", id).code == .success)
        #expect(try await desk.run("actors").output.contains("engine.keyDestroyed"))
    }
}
