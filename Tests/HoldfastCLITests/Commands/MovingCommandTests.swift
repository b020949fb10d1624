import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("The commands that move a log", .timeLimit(.minutes(1)))
struct MovingCommandTests {
    private let desk: CommandDesk
    private let job: String

    /// A desk with a job that completed and one that waits.
    init() async throws {
        desk = try CommandDesk()
        job = try await desk.enqueue(input: "{\"a\":1}")
        try await desk.work(job, CommandDesk.fullRun)
        _ = try await desk.enqueue("mail.wait")
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: desk.file(name)) }

    @Test func `backup copies, restore goes on, and both name the head`() async throws {
        let copied = try await desk.run("backup", desk.file("copy.db"))
        #expect(copied.code == .success, "\(copied.errors)")
        let head = try await desk.withEngine { try await $0.log.read { try $0.head() } }
        #expect(copied.lines.last == "Head: \(head.text)")
        #expect(copied.lines.first?.contains("\(head.position) events") == true)
        let json = try await desk.run("backup", desk.file("second.db"), "--json")
        #expect(json.output.contains("\"position\":\"\(head.position)\""))
        #expect(json.output.contains("\"hash\":\"\(head.hash)\""))

        let restored = try await desk.run(
            "restore", desk.file("copy.db"), "--db", desk.file("again.db"), "--by", "ben")
        #expect(restored.code == .success, "\(restored.errors)")
        #expect(restored.lines.last == "Head of the backup: \(head.text)")
        let history = try await desk.run("history", job, "--db", desk.file("again.db"), "--json")
        #expect(try await desk.run("history", job, "--json").output == history.output)
        let tail = try await desk.run("jobs", "--db", desk.file("again.db"), "--json")
        #expect(tail.lines.count == 2)
    }

    @Test func `a backup replaces nothing, and restore only what it is told to`() async throws {
        let mine = try desk.write("mine", to: "mine.txt")
        let refused = try await desk.run("backup", mine)
        #expect(refused.code == .cannotCreate && refused.errors.contains("exists already"))
        #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
        try await desk.run("backup", desk.file("copy.db"))
        #expect(try await desk.run("restore", desk.file("copy.db")).code == .cannotCreate)
        let replaced = try await desk.run("restore", desk.file("copy.db"), "--replace")
        #expect(replaced.code == .success, "\(replaced.errors)")
        #expect(try await desk.run("show", job).code == .success)
        try await desk.withEngine { engine in
            _ = try await engine.log.read { try $0.head() }
            let inUse = try await desk.run("restore", desk.file("copy.db"), "--replace")
            #expect(inUse.code == .busy && inUse.errors.contains("open"), "\(inUse.errors)")
        }
    }

    @Test func `export and import take a job to another log, and replay folds it`() async throws {
        let file = desk.file("job.ndjson")
        let exported = try await desk.run("export", job, "-o", file)
        #expect(exported.code == .success && exported.output.isEmpty, "\(exported.errors)")
        #expect(!exists("job.ndjson.part"))
        #expect(try await desk.run("export", job).output == String(contentsOfFile: file, encoding: .utf8))
        let other = desk.file("other.db")
        let imported = try await desk.run("import", file, "--db", other)
        #expect(imported.code == .success, "\(imported.errors)")
        #expect(imported.lines.first == "Imported job \(job): mail.send, completed")
        #expect(try await desk.run("import", file, "--db", other).code == .duplicate)
        #expect(try await desk.run("import", file).code == .duplicate)
        let (here, there) = (
            try await desk.run("history", job), try await desk.run("history", job, "--db", other)
        )
        #expect(here.lines.count == there.lines.count)

        let replayed = try await desk.run("replay", file)
        #expect(replayed.lines.count == here.lines.count)
        #expect(replayed.lines[0].contains("job.enqueued"))
        #expect(replayed.lines[0].contains("a new job: mail.send, queued"))
        #expect(replayed.lines[1].contains("state queued -> running"))
        #expect(replayed.lines.last?.contains("state running -> completed") == true)
        let json = try await desk.run("replay", file, "--json")
        #expect(json.lines.count == here.lines.count)
        #expect(json.lines.last?.contains("\"state\":\"completed\"") == true)
    }

    @Test func `an export is for whoever made it, and what is none makes no database`() async throws {
        let file = desk.file("job.ndjson")
        #expect(try await desk.run("export", job, "-o", file).code == .success)
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let none = try desk.write("none", to: "none.txt")
        #expect(try await desk.run("import", none, "--db", desk.file("new.db")).code == .badValue)
        #expect(!exists("new.db") && !exists("new.db-wal"))
        #expect(try await desk.run("import", file, "--db", desk.file("new.db")).code == .success)
    }

    @Test func `an unfinished job is paused by the import, and says why`() async throws {
        let waiting = try await desk.enqueue("mail.later")
        let text = try await desk.run("export", waiting).output
        let other = desk.file("other.db")
        let imported = try await desk.run(["import", "-", "--db", other, "--by", "ben"], input: text)
        #expect(imported.code == .success, "\(imported.errors)")
        #expect(imported.output.contains("paused") && imported.output.contains("imported from log"))
        #expect(try await desk.run("resume", waiting, "--db", other).code == .success)
        let going = try await desk.run(
            ["import", "-", "--db", desk.file("third.db"), "--resume", "--json"], input: text)
        #expect(going.output.contains("\"state\":\"queued\""))
    }

    @Test func `a file that was cut or changed says where`() async throws {
        let text = try await desk.run("export", job).output
        let lines = text.split(separator: "\n").map { $0 + "\n" }
        let cut = try desk.write(lines.dropLast().joined(), to: "cut.ndjson")
        let changed = try desk.write(
            text.replacingOccurrences(of: "\"rows\":200", with: "\"rows\":201"), to: "changed.ndjson")
        for (file, says) in [
            (cut, "cut"), (changed, "was changed"), (try desk.write("hello", to: "hello"), "line 1"),
        ] {
            for command in ["import", "replay"] {
                let outcome = try await desk.run(
                    [command, file] + (command == "import" ? ["--db", desk.file("o.db")] : []))
                #expect(outcome.code == .badValue, "\(command) \(file)")
                #expect(outcome.errors.contains(says), "\(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1)
            }
        }
        #expect(try await desk.run("jobs", "--db", desk.file("o.db"), "--json").output.isEmpty)
    }

    @Test(arguments: [
        (["backup"], CommandExitCode.usage, "target"),
        (["backup", "no/such/folder/copy.db"], .inputOutput, "does not exist"),
        (["backup", "x.db", "--db", "nowhere.db"], .noSuchFile, "there is no database"),
        (["restore", "nowhere.db"], .noSuchFile, "nowhere.db"),
        (["open", "nowhere.db", "--read-only"], .noSuchFile, "nowhere.db"),
        (["export", "0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e"], .noSuchJob, "there is no job"),
        (["export", "x"], .usage, "a job id looks like"),
        (["import", "nowhere.ndjson"], .noSuchFile, "nowhere.ndjson"),
        (["import", "/"], .noSuchFile, "directory"),
        (["replay", "nowhere.ndjson"], .noSuchFile, "nowhere.ndjson"),
        (["replay"], .usage, "file"),
    ])
    func `a mistake gives one sentence and its exit code`(
        line: [String], code: CommandExitCode, says: String
    ) async throws {
        let outcome = try await desk.run(line)
        #expect(outcome.code == code, "\(outcome.errors)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `a narrow terminal shows lines that fit, and gets no export`() async throws {
        #expect(try await desk.run(["export", job], columns: 60).code == .usage)
        let file = desk.file("job.ndjson")
        try await desk.run("export", job, "-o", file)
        let replayed = try await desk.run(["replay", file], columns: 60)
        #expect(replayed.lines.allSatisfy { $0.count <= 60 }, "\(replayed.output)")
    }

    @Test func `a bar is shown once it takes long, and only on a terminal`() throws {
        let clock = desk.clock
        func drawn(columns: Int?, isSilent: Bool = false) throws -> String {
            try desk.printed(columns: columns) { surroundings in
                let bar = MovingBar(in: surroundings, isSilent: isSilent)
                for done in 0..<100 {
                    try bar.show(MovingProgress(.copying, done: Int64(done) << 20, total: 100 << 20))
                    clock.advance(by: .milliseconds(50))
                }
            }
        }
        let wide = try drawn(columns: 60)
        #expect(wide.contains("copying") && wide.contains("%"))
        #expect(wide.components(separatedBy: "copying").count > 10)
        #expect(try drawn(columns: nil).isEmpty)
        #expect(try drawn(columns: 60, isSilent: true).isEmpty)
    }
}
