import Foundation
import Subprocess
import Testing

/// What each command does when the reader of its output has seen enough: it ends, quietly.
@Suite("A closed pipe", .timeLimit(.minutes(5)))
struct ClosedPipeTests {
    /// Commands that come to an end, with JOB for a job that completed.
    private static let lines = [
        "--help", "help enqueue", "jobs --help", "jobs", "jobs --json", "show JOB", "show JOB --json",
        "history JOB", "history JOB --json", "history JOB --format json", "history JOB --format timeline",
        "logs JOB", "tail JOB --from start", "tail JOB --from start --json", "why JOB", "why JOB --json",
        "diff JOB JOB", "diff JOB JOB --json", "actors", "actors --csv", "actors --json", "artifacts JOB",
        "checkpoints", "schedules", "schedules --times 20", "queues", "queues --json", "bulk list",
        "bulk pause --all --reason x", "budget JOB", "stats", "stats --json", "doctor", "doctor --json",
        "verify", "verify --json", "head", "rebuild --dry-run", "rebuild --dry-run --json",
        "prune --older-than 1d --dry-run", "fork JOB --step hash --dry-run", "fork JOB --step hash",
        "enqueue inventory --input {}", "man", "man history", "token key --sub ana --role reader", "version",
        "queue set mail --concurrency 2", "schedule run nightly", "migrate", "cancel JOB",
        "export JOB", "backup COPY", "restore BACKUP --db COPY", "import EXPORT --db COPY", "replay EXPORT",
        "redact JOB --dry-run", "archive --older-than 1d --dry-run",
    ]

    /// Commands that follow what happens, on a job that is not done.
    private static let following = [
        "tail WAITING --from start", "tail --from start", "history WAITING --follow",
        "history WAITING --follow --json",
    ]

    /// Commands that say one sentence, as `cancel` does; and `serve` and `open`, which say it and go on.
    private static let terse: Set<String> = [
        "serve", "open", "approve", "reject", "signal", "pause", "resume", "retry", "reprioritise",
        "reschedule",
    ]

    @Test func `each command ends quietly, after the first line and without any reader`() async throws {
        let place = try Workplace()
        let jobs = try await fill(place)
        for line in Self.lines {
            func typed() -> [String] { words(line, jobs) + database(line, place) }
            let whole = try await BuiltCommand.run(typed())
            let codes = [whole.status, .exited(0)]
            for reader in ["head -n 1", ":"] {
                let cut = try await BuiltCommand.run(typed(), readBy: reader)
                let ending = cut.errors.split(separator: "\n").last
                #expect(
                    codes.contains { ending == "ended \($0.number)" }, "\(line) | \(reader): \(cut.errors)")
                // Nothing is said that is not said to whoever reads it all.
                let said = Set(cut.errors.split(separator: "\n").dropLast())
                #expect(
                    said.isSubset(of: whole.errors.split(separator: "\n")),
                    "\(line) | \(reader): \(cut.errors)")
                if reader != ":" { #expect(cut.output.isEmpty == whole.output.isEmpty, "\(line)") }
            }
        }
    }

    @Test func `a command that follows ends with its reader, though nothing more happens`() async throws {
        let place = try Workplace()
        let jobs = try await fill(place)
        for line in Self.following {
            let words = words(line, jobs) + ["--db", place.database]
            let cut = try await BuiltCommand.run(words, readBy: "head -n 1")
            #expect(cut.errors == "ended 0\n", "\(line)")
            #expect(cut.lines.count == 1, "\(line)")
        }
    }

    @Test func `a demo whose reader has gone ends without a word`() async throws {
        let place = try Workplace()
        try place.fill(files: 50)
        let demo = [
            "demo", "--db", place.database, "--dir", place.tree, "--output", place.manifest, "--port", "0",
        ]
        let cut = try await BuiltCommand.run(demo, readBy: "head -n 1")
        #expect(cut.errors == "ended 0\n")
    }

    @Test func `no command is left out`() async throws {
        let help = try await BuiltCommand.run(["--help"]).lines
        let listed = help.drop { $0 != "SUBCOMMANDS:" }.dropFirst()
            .compactMap { $0.firstMatch(of: #/^  ([a-z]+) +[A-Z]/#)?.output.1 }.map(String.init)
        #expect(listed.count > 30)
        let tried = (Self.lines + Self.following).compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
        #expect(Set(listed).subtracting(Self.terse).isSubset(of: tried + ["demo"]))
    }

    /// Makes a job that completed, one that waits for a worker, a queue, a schedule, a backup and an export.
    private func fill(_ place: Workplace) async throws -> [String: String] {
        try place.fill(files: 400)
        let demo = [
            "demo", "--db", place.database, "--dir", place.tree, "--output", place.manifest, "--port", "0",
        ]
        try #require(try await BuiltCommand.run(demo).status == .exited(0))
        let done = try await BuiltCommand.run(["jobs", "--json", "--db", place.database]).lines
        let id = try #require(done.first?.firstMatch(of: #/"id":"([0-9a-f-]+)"/#)?.output.1)
        let waiting = try await BuiltCommand.run([
            "enqueue", "mail.send", "--any-kind", "--quiet", "--db", place.database,
        ])
        for line in ["queue set mail --concurrency 3", "schedule set nightly --cron @daily --kind inventory"]
        {
            let words = line.split(separator: " ").map(String.init) + ["--db", place.database]
            try #require(try await BuiltCommand.run(words).status == .exited(0), "\(line)")
        }
        let (backup, export) = (place.path + "/backup.db", place.path + "/job.ndjson")
        for line in ["backup \(backup)", "export \(id) --output \(export)"] {
            let words = line.split(separator: " ").map(String.init) + ["--db", place.database]
            try #require(try await BuiltCommand.run(words).status == .exited(0), "\(line)")
        }
        return [
            "JOB": String(id), "WAITING": try #require(waiting.lines.first), "BACKUP": backup,
            "EXPORT": export,
            "COPY": place.path + "/copy",
        ]
    }

    private func words(_ line: String, _ jobs: [String: String]) -> [String] {
        line.split(separator: " ").map { word in
            // A file that is made has another name each time.
            let suffix = word == "COPY" ? "-\(UUID().uuidString).db" : ""
            return (jobs[String(word)] ?? String(word)) + suffix
        }
    }

    /// Names the file to a command that works on one.
    private func database(_ line: String, _ place: Workplace) -> [String] {
        let without = ["--help", "help", "man", "token", "replay"]
        let isWithout =
            line.contains("--help") || line.contains("--db") || without.contains { line.hasPrefix($0) }
        return isWithout ? [] : ["--db", place.database]
    }
}

extension TerminationStatus {
    /// What a shell calls it.
    fileprivate var number: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}
