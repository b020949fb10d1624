import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastTesting
import Testing

@testable import HoldfastCLI

@Suite("A file or a URL", .timeLimit(.minutes(2)))
struct TargetTests {
    private static let reading = [
        "jobs", "jobs --json", "jobs --state queued,failed --json", "jobs --kind mail.send --limit 2 --json",
        "jobs --before FAILED --json", "jobs --tag monthly", "jobs --owner nobody", "jobs --queue mail",
        "jobs --since 2026-10-08T12:00:01Z --json", "jobs --until 2026-10-08T12:00:01Z --json",
        "show DONE", "show DONE --json", "show RUNNING", "show RUNNING --json", "show FAILED", "show ASKING",
        "show QUEUED --json", "show LATER", "show LARGE --json", "show FILES --json", "show RUNNING --logs 1",
        "head", "head --json", "show DONE --at 5 --json", "show DONE --at 2026-10-08T12:00:01Z",
        "jobs --at 12 --json",
        "jobs --state running,queued --at 20", "jobs --at 2026-10-08T12:00:01Z --json",
        "queues --at 10 --json", "stats --at 20 --json", "stats --at 20",
        "history DONE", "history DONE --json", "history RUNNING --after 3 --limit 2 --json",
        "history LARGE --json", "history FAILED",
        "history DONE --types step.*,log.written --json", "history DONE --step parse",
        "history DONE --format json",
        "history DONE --actor person:local", "history DONE --since 2026-10-08T12:00:00Z --through 6 --json",
        "history FAILED --format timeline", "history DONE --follow --types job.* --json", "logs DONE",
        "logs DONE --json",
        "logs RUNNING --level error", "logs DONE --follow --json",
        "logs RUNNING --since 2026-10-08T12:00:00Z",
        "jobs --text LEDGER --json", "jobs --text month", "jobs --text k1 --json",
        "jobs --text mail --limit 1 --json",
        "tail DONE", "tail DONE --json", "tail DONE --from start --json", "tail DONE --from last:2 --json",
        "tail DONE --from now --json", "tail FAILED", "tail DONE --after 3 --json",
        "artifacts FILES", "artifacts FILES --json", "artifacts FILES a.txt --json",
        "artifacts FILES a.txt --output -", "artifacts DONE", "artifacts DONE --json",
        "checkpoints", "checkpoints --json", "checkpoints --limit 1 --json",
        "checkpoints --at 2026-10-08T12:00:02Z --json", "checkpoints --at 5",
        "queues", "queues --json", "schedules", "schedules --json", "schedules --times 7 --json",
        "budget QUEUED", "budget QUEUED --json", "budget DONE", "bulk list", "bulk list --json",
        "bulk cancel --kind mail.send --dry-run", "bulk retry --all --dry-run --json",
        "fork DONE --step parse --dry-run", "fork DONE --step parse --dry-run --json",
        "verify", "verify --json", "verify --thorough --json", "rebuild --dry-run",
        "rebuild --dry-run --json",
        "prune --older-than 0s --dry-run", "prune --keep-bytes 1 --state completed --dry-run --json",
    ]

    @Test func `commands that read print the same, byte for byte`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for line in Self.reading {
                let outcome = try await targets.compare(line, file: file, url: url)
                #expect(outcome.code == .success, "\(line): \(outcome.errors)")
            }
            for line in ["jobs", "show RUNNING", "history DONE", "queues", "schedules", "checkpoints"] {
                try await targets.compare(line, file: file, url: url, columns: 100)
            }
            let part = String(try #require(targets.jobs["DONE"]).suffix(8))
            let found = try await targets.compare("show \(part)", file: file, url: url)
            #expect(found.output.contains("ledger.import"))
        }
    }

    @Test func `the numbers of a server are those of its file`() async throws {
        let targets = try await TwoTargets.make()
        let file = try targets.copy("file.db")
        try await targets.desk.serving(try targets.copy("served.db")) { url in
            var numbers: [[String]] = []
            for target in [["--db", file], ["--url", url]] {
                let line = try await targets.desk.run(["stats", "--json"] + target, variables: [:]).output
                let fields = try JSONFields(JSONText(validating: line))
                let log = try fields.object("log")
                // Of bytes and of the last minute each tells what its own files and clock say.
                numbers.append(
                    ["identity", "head"].map { log?.raw($0)?.text ?? "" }
                        + ["jobs", "queues", "oldest_unfinished"].map { fields.raw($0)?.text ?? "" })
            }
            #expect(numbers[0] == numbers[1])
            #expect(!numbers[0].contains(""))
        }
    }

    private static let steering = [
        "cancel LATER --reason late", "cancel LATER", "retry LATER --json", "pause QUEUED --reason lunch",
        "pause QUEUED --json", "resume QUEUED", "reprioritise QUEUED --to low",
        "reprioritise QUEUED --to 7 --json",
        "reschedule QUEUED --not-before 2026-12-01T06:00:00Z --json", "reschedule QUEUED --delay 90s",
        "cancel RUNNING --within 1500ms --json", "pause FILES --within 9s --json",
        "approve ASKING post-to-books --reason checked --data {\"n\":1}",
        "approve ASKING post-to-books --json",
        "signal QUEUED payment-arrived --payload {\"amount\":120} --request b-1 --json",
        "signal QUEUED payment-arrived --payload {\"amount\":120} --request b-1",
        "budget QUEUED --limit 7.5 --resume --reason more --json", "budget QUEUED --limit 8",
        "fork DONE --step parse --reason again", "fork DONE --step parse --input {\"b\":2} --json",
        "retry FAILED --reason again --json",
        "queue set mail --rate none --weight 3 --json", "queue set fresh --per-key 1 --concurrency 2",
        "queue pause fresh --reason x --json", "queue resume mail", "queue resume mail --json",
        "queues --json",
        "schedule set nightly --cron @daily --kind report --any-kind --overlap queue-one --missed all",
        "schedule set nightly --cron @daily --kind report --any-kind --overlap queue-one --missed all",
        "schedule set poll --every 90s --anchor 2026-10-08T00:00:00Z --kind mail.poll --any-kind --json",
        "schedule pause nightly --reason closed --json", "schedule resume nightly", "schedule run nightly",
        "schedule run poll --reason now --json", "schedule remove poll --json", "schedule remove nightly",
        "schedules --json",
        "enqueue mail.send --any-kind --input {\"to\":\"bob\"} --tag a --tag b --json",
        "enqueue mail.send --any-kind --key k9 --delay 10m", "enqueue mail.send --any-kind --key k9",
        "enqueue mail.send --any-kind --key k9 --on-conflict replace --unique-for 1h",
        "enqueue mail.send --any-kind --key k9 --on-conflict replace --unique-for 1h --json",
        "enqueue card.charge --any-kind --backoff table --wait 10s,5m,1h --json",
        "enqueue reindex --any-kind --key c --debounce 1500ms --debounce-max 2m --json",
        "enqueue mail.send --any-kind --request r-1 --budget 5.25 --on-budget fail --json",
        "enqueue mail.send --any-kind --request r-1 --budget 5.25 --on-budget fail --json",
        "rebuild", "rebuild --json", "prune --keep 1 --kind ledger.import --state cancelled --reason old",
        "prune --older-than 0s --state cancelled --json", "prune --older-than 0s --state cancelled",
        "redact DONE --dry-run", "redact DONE --reason r --keep-traces", "redact DONE --json",
        "show DONE --json",
        "enqueue mail.send --any-kind --encrypt --input {\"to\":\"bob\"}",
    ]

    @Test func `commands that steer do and print the same, byte for byte`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for line in Self.steering {
                let outcome = try await targets.compare(line, file: file, url: url)
                #expect(outcome.code == .success, "\(line): \(outcome.errors)")
            }
            for name in ["QUEUED", "ASKING", "LATER", "RUNNING", "DONE"] {
                try await targets.compare("history \(name) --json", file: file, url: url)
            }
            try await targets.compare(
                "enqueue mail.send --any-kind --input -", file: file, url: url, input: "[1]")
            let quiet = try await targets.compare(
                "enqueue mail.send --any-kind --quiet", file: file, url: url)
            #expect(quiet.output.split(separator: "\n").count == 1)
        }
    }

    private static let refused: [(line: String, code: CommandExitCode)] = [
        ("show 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", .noSuchJob), ("cancel abcdefabcdef", .noSuchJob),
        ("show DONE --at 99999999", .badValue), ("show LATER --at 1", .noSuchJob),
        ("jobs --at 99999999 --json", .badValue), ("tail 0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e", .noSuchJob),
        ("cancel DONE", .jobRefused),
        ("resume DONE", .jobRefused), ("redact QUEUED", .jobRefused), ("destroy-key DONE", .jobRefused),
        ("approve QUEUED none", .jobRefused),
        ("fork DONE --step none", .jobRefused), ("budget LATER --limit 4", .jobRefused),
        ("budget QUEUED --limit 1", .jobRefused), ("artifacts FILES none.txt", .noSuchFile),
        ("schedule run none", .noSuchJob), ("queue set mail --weight 5000", .badValue),
        ("schedule set x --cron no --kind report --any-kind", .badValue),
        ("schedule set x --every 1500ms --kind report --any-kind", .badValue),
        ("enqueue nobody.knows", .badValue),
        ("enqueue mail.send --any-kind --key k1 --queue mail --on-conflict reject", .duplicate),
        ("reschedule QUEUED", .usage), ("jobs --limit none", .usage),
    ]

    @Test func `what is refused is refused alike, with one sentence and the same exit code`() async throws {
        let targets = try await TwoTargets.make()
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await targets.desk.serving(served) { url in
            for (line, code) in Self.refused {
                let outcome = try await targets.compare(line, file: file, url: url)
                #expect(outcome.code == code, "\(line): \(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(line): \(outcome.errors)")
            }
        }
    }

    @Test func `an operation on many jobs says the same after each page`() async throws {
        let desk = try CommandDesk()
        try await desk.withEngine { engine in
            let request = EnqueueRequest(kind: "mail.send", input: .emptyObject, acceptsAnyKind: true)
            try await engine.enqueue(contentsOf: Array(repeating: request, count: 450))
        }
        let targets = TwoTargets(desk: desk, jobs: [:])
        let (file, served) = (try targets.copy("file.db"), try targets.copy("served.db"))
        try await desk.serving(served, runsEngine: true) { url in
            let line = "bulk cancel --kind mail.send --reason many"
            let outcome = try await targets.compare(line, file: file, url: url)
            #expect(outcome.lines.count == 3, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.lines.last?.hasSuffix("done, 450 met, 450 changed, 0 refused") == true)
            try await targets.compare("bulk pause --kind none", file: file, url: url)
            try await targets.compare("jobs --limit 450 --json", file: file, url: url)
        }
    }
}
