import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

@testable import HoldfastCLI

@Suite("The command artifacts", .timeLimit(.minutes(1)))
struct ArtifactsCommandTests {
    @Test func `it lists what a job keeps, for people and for programs`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        #expect(try await desk.run("artifacts", id).output == "The job keeps no files yet.\n")
        #expect(try await desk.run("artifacts", id, "--json").output.isEmpty)
        try await desk.save(id, ["report.pdf": "%PDF", "src/main.swift": "print(1)"])
        let lines = try await desk.run("artifacts", id).lines
        #expect(lines.count == 3)
        #expect(lines[1].contains("report.pdf") && lines[1].contains("4 B"))
        let records = try await desk.withEngine { try await $0.artifacts(of: try #require(JobID(id))) }
        let json = try await desk.run("artifacts", id, "--json").lines
        #expect(json == records.map { ArtifactDocument.json(of: $0).text })
        #expect(try await desk.run("artifacts", id, "src/main.swift", "--json").lines == [json[1]])
        #expect(try await desk.run("history", id).output.contains("report.pdf, text/plain"))
    }

    @Test func `it copies a file to a path and to a pipe`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.save(id, ["src/main.swift": "print(1)"])
        let path = try desk.write("what was there before", to: "copy.swift")
        let outcome = try await desk.run("artifacts", id, "src/main.swift", "--output", path)
        #expect(outcome.code == .success && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "print(1)")
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
        #expect(try await desk.run("artifacts", id, "src/main.swift", "-o", "-").output == "print(1)")
        let terminal = try await desk.run(["artifacts", id, "src/main.swift", "-o", "-"], columns: 80)
        #expect(terminal.code == .usage && terminal.output.isEmpty)
    }

    @Test func `what is not there, or cannot be written, is said`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.save(id, ["a": "x"])
        let missing = try await desk.run("artifacts", id, "b")
        #expect(missing.code == .noSuchFile && missing.errors.contains("keeps no file b"))
        #expect(try await desk.run("artifacts", id, "../a").code == .usage)
        #expect(try await desk.run("artifacts", id, "--output", "x").code == .usage)
        let folder = try await desk.run("artifacts", id, "a", "--output", desk.file("no/such/folder/a"))
        #expect(folder.code == .cannotCreate)
        #expect(try await desk.run("artifacts", "ffffffffffff").code == .noSuchJob)
    }
}

extension CommandDesk {
    /// Plays the worker of a job that keeps texts as files, and ends it.
    func save(_ job: String, _ texts: [String: String]) async throws {
        let id = try #require(JobID(job))
        try await withEngine { engine in
            try await engine.log.write { transaction in
                let events = try transaction.execute(
                    .start(worker: "mill/default", engine: engine.id), on: id, by: .worker("mill/default"))
                let token = LeaseToken(try #require(events.first).position)
                for (name, text) in texts {
                    let upload = BlobUpload(id: name, job: id, token: token)
                    try transaction.append(Array(text.utf8), to: upload, at: 0)
                    let saved = ArtifactSaved(
                        name: try ArtifactName(validating: name), mediaType: .text,
                        bytes: Int64(text.utf8.count), sha256: SHA256Sum(of: text).hexadecimal)
                    try transaction.save(saved, from: upload, on: id, token, by: .worker("mill/default"))
                }
            }
        }
    }
}
