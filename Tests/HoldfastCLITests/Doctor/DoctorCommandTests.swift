import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("holdfast doctor", .timeLimit(.minutes(1)))
struct DoctorCommandTests {
    /// The findings of a run with `--json` by their checks.
    private func findings(_ outcome: CommandDesk.Outcome) throws -> [String: (
        level: String, sentence: String
    )] {
        var found: [String: (level: String, sentence: String)] = [:]
        for line in outcome.lines {
            let fields = try JSONFields(JSONText(validating: line))
            let name = try #require(try fields.string("check"))
            found[name] = (try fields.string("level") ?? "", try fields.string("sentence") ?? "")
        }
        return found
    }

    @Test func `a database in use is examined without a change, and found well`() async throws {
        let desk = try CommandDesk()
        let id = try await desk.enqueue()
        try await desk.work(id, CommandDesk.fullRun)
        for file in try FileManager.default.contentsOfDirectory(atPath: desk.folder) {
            chmod(desk.file(file), 0o600)
        }
        try await desk.withEngine { _ in
            let before = try Data(contentsOf: URL(fileURLWithPath: desk.database))
            let outcome = try await desk.run("doctor", "--json")
            let found = try findings(outcome)
            #expect(found.count == DoctorCheck.all.count)
            let bad = found.filter { $0.value.level != "ok" && $0.key != "permissions" && $0.key != "disk" }
            #expect(bad.isEmpty, "\(bad)")
            #expect(outcome.code == .success, "\(outcome.errors)")
            #expect(found["damage"]?.sentence == "SQLite finds no damage")
            #expect(try Data(contentsOf: URL(fileURLWithPath: desk.database)) == before)
        }
        #expect(try await desk.run("doctor", "--deep", "--json").code == .success)
        let page = try await desk.run("doctor", columns: 60)
        #expect(page.lines.allSatisfy { DisplayWidth.columns(of: $0) <= 60 }, "\(page.output)")
        #expect(page.output.contains("ok       the schema is"))
    }

    @Test func `a stuck job, an open file and a dead engine's lock are found, and the exit code is 1`()
        async throws
    {
        let desk = try CommandDesk()
        _ = try await desk.enqueue("mial.send")
        _ = try await desk.run("queue", "pause", "other", "--reason", "the relay is down")
        chmod(desk.database, 0o646)
        let lock = try desk.write("", to: "jobs.db.engine-gone.lock")
        desk.clock.advance(by: .seconds(7_200))
        let outcome = try await desk.run("doctor", "--json")
        let found = try findings(outcome)
        #expect(outcome.code == .jobRefused)
        #expect(outcome.errors.isEmpty)
        #expect(found["queued"]?.level == "problem")
        #expect(found["permissions"]?.level == "problem")
        #expect(found["paused_queues"]?.sentence == "queue other is paused by ana: the relay is down")
        #expect(found["locks"]?.level == "warning")
        #expect(FileManager.default.fileExists(atPath: lock))
        let page = try await desk.run("doctor").lines
        #expect(page.first?.hasPrefix("problem  ") == true)
        #expect(page.last == "2 problems, 2 warnings.")
    }

    @Test func `a lock that an engine holds is none that is left over`() async throws {
        let desk = try CommandDesk()
        _ = try await desk.enqueue()
        let lock = try desk.write("", to: "jobs.db.engine-alive.lock")
        let descriptor = open(lock, O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let found = try findings(try await desk.run("doctor", "--json"))
        #expect(found["locks"]?.level == "ok")
    }

    @Test func `a damaged page is found`() async throws {
        let desk = try CommandDesk()
        for _ in 0..<40 { _ = try await desk.enqueue(input: "\"\(String(repeating: "x", count: 900))\"") }
        try await desk.withEngine { _ in }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: desk.database))
        for page in 8..<(bytes.count / 4096) {
            bytes.replaceSubrange(page * 4096..<page * 4096 + 64, with: Data(repeating: 0xA5, count: 64))
        }
        let copy = desk.file("damaged.db")
        try bytes.write(to: URL(fileURLWithPath: copy))
        let outcome = try await desk.run("doctor", "--json", "--db", copy)
        #expect(outcome.code == .jobRefused)
        let found = try findings(outcome)
        #expect(found["damage"]?.level == "problem" || found["readable"]?.level == "problem", "\(found)")
    }

    @Test func `what is no log, what is missing and a server are said in one sentence`() async throws {
        let desk = try CommandDesk()
        let letter = try desk.write(String(repeating: "Dear Ana, ", count: 500), to: "letter.txt")
        let stranger = try await desk.run("doctor", "--json", "--db", letter)
        #expect(try findings(stranger)["readable"]?.level == "problem")
        #expect(stranger.code == .jobRefused)
        #expect(try await desk.run("doctor", "--db", desk.file("none.db")).code == .noSuchFile)
        let remote = try await desk.run("doctor", "--url", "http://127.0.0.1:1")
        #expect(remote.code == .usage)
        #expect(remote.errors.contains("run it on that machine with --db"))
    }
}
