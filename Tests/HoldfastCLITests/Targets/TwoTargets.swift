import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

@testable import HoldfastCLI

/// One database twice: as a file, and behind a server; commands are to do and print the same for both.
struct TwoTargets {
    let desk: CommandDesk
    /// The jobs of the database by the names that command lines give them.
    let jobs: [String: String]

    /// Makes a database with jobs of most kinds of lives, and with queues and schedules.
    static func make() async throws -> TwoTargets {
        let desk = try CommandDesk()
        var jobs: [String: String] = [:]
        jobs["DONE"] = try await desk.enqueue("ledger.import", input: #"{"file":"a.csv"}"#)
        try await desk.work(jobs["DONE"] ?? "", CommandDesk.fullRun)
        desk.clock.advance(by: .seconds(1))
        jobs["FILES"] = try await desk.enqueue("report")
        try await desk.save(jobs["FILES"] ?? "", ["a.txt": "one", "src/größe x.txt": "print(1)"])
        jobs["RUNNING"] = try await desk.enqueue("ledger.import", "--tag", "monthly")
        try await desk.work(jobs["RUNNING"] ?? "", Array(CommandDesk.fullRun.dropLast()))
        desk.clock.advance(by: .seconds(1))
        jobs["FAILED"] = try await desk.enqueue("mail.send", "--max-attempts", "1", "--backoff", "none")
        let failure = JobFailure(type: "Timeout", message: "no answer", step: StepKey("dial"))
        try await desk.work(jobs["FAILED"] ?? "", [.failAttempt(failure, .byPolicy(random: 0))])
        jobs["ASKING"] = try await desk.enqueue("ledger.import")
        let gate = WaitKey(.checkpoint, "post-to-books")
        let opened = CheckpointOpened(
            checkpoint: gate, summary: .inline(JSONText(unchecked: #"{"total":12}"#)),
            deadline: desk.clock.timestamp + .seconds(7200))
        try await desk.work(
            jobs["ASKING"] ?? "",
            [.openCheckpoint(opened, recorded: nil), .wait([.wait(gate, until: nil)], isOver: false)])
        jobs["QUEUED"] = try await desk.enqueue(
            "mail.send", "--queue", "mail", "--key", "k1", "--priority", "high", "--budget", "5.00",
            "--limit-key", "acme")
        jobs["LATER"] = try await desk.enqueue("mail.send", "--queue", "mail", "--delay", "2h")
        let large = "\"" + String(repeating: "x", count: 70_000) + "\""
        jobs["LARGE"] = try await desk.enqueue("report", input: large)
        for line in [
            ["queue", "set", "mail", "--concurrency", "3", "--rate", "100/1s"],
            ["queue", "pause", "mail", "--reason", "the relay is down"],
            [
                "schedule", "set", "nightly", "--cron", "0 3 * * *", "--zone", "Europe/Berlin", "--kind",
                "report", "--any-kind",
            ],
            ["schedule", "set", "poll", "--every", "10m", "--kind", "mail.poll", "--any-kind"],
            ["bulk", "pause", "--kind", "nothing"],
        ] {
            let outcome = try await desk.run(line)
            try #require(outcome.code == .success, "\(line): \(outcome.errors)")
        }
        return TwoTargets(desk: desk, jobs: jobs)
    }

    /// A copy of the database, which nobody writes to, with what is still in its write-ahead log.
    func copy(_ name: String) throws -> String {
        let path = desk.file(name)
        for part in ["", "-wal"] where FileManager.default.fileExists(atPath: desk.database + part) {
            try FileManager.default.copyItem(atPath: desk.database + part, toPath: path + part)
        }
        return path
    }

    /// Runs a command on a file and on a server and expects the same of both.
    ///
    /// Ids that the commands make themselves are compared by their order.
    ///
    /// - Returns: What the command printed.
    @discardableResult
    func compare(
        _ line: String, file: String, url: String, columns: Int? = nil, input: String = "",
        location: SourceLocation = #_sourceLocation
    ) async throws -> CommandDesk.Outcome {
        let words = line.split(separator: " ").map { jobs[String($0)] ?? String($0) }
        var ends: [CommandDesk.Outcome] = []
        for target in [["--db", file], ["--url", url]] {
            ends.append(
                try await desk.run(
                    words + target, columns: columns, input: input, person: "local", variables: [:]))
        }
        let (first, second) = (ends[0], ends[1])
        #expect(
            first.code == second.code, "\(line): \(first.errors)\(second.errors)", sourceLocation: location)
        let known = Set(jobs.values)
        #expect(
            Self.plain(first.output, known) == Self.plain(second.output, known), "\(line)",
            sourceLocation: location)
        #expect(first.errors.isEmpty == second.errors.isEmpty, "\(line)", sourceLocation: location)
        return second
    }

    /// A text in which ids that were not there before stand by their number.
    private static func plain(_ text: String, _ known: Set<String>) -> String {
        var numbers: [String: Int] = [:]
        let ids = #/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/#
        return text.replacing(ids) { match in
            let id = String(match.output)
            guard !known.contains(id) else { return id }
            let number = numbers[id] ?? numbers.count + 1
            numbers[id] = number
            return "id-\(number)"
        }
    }
}
