import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

/// Whatever is changed in the file is found, and nothing is found where nothing was changed (P4, P10).
@Suite("Audit")
struct AuditTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// One thing that somebody does to the file behind the program's back.
    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        let sql: String
        let part: AuditFinding.Part
        var testDescription: String { name }

        init(_ name: String, _ part: AuditFinding.Part, _ sql: String) {
            self.name = name
            self.sql = sql
            self.part = part
        }

        /// A column of an event in the middle gets another value.
        static func column(_ name: String, _ part: AuditFinding.Part, _ value: String) -> Damage {
            Damage(
                "column \(name)", part,
                "UPDATE events SET \(name) = \(value) WHERE position = (SELECT max(position) / 2 FROM events)"
            )
        }

        static let all: [Damage] = [
            .column("job", .chain, "'0197c2f4-9a3b-7c51-8d2e-6f0a1b2c3d4e'"),
            .column("version", .chain, "version + 1"),
            .column("kind", .chain, "'log.written'"),
            .column("schema_version", .chain, "2"),
            .column("at", .chain, "at + 1"),
            .column("attempt", .chain, "coalesce(attempt, 1) + 1"),
            .column("actor", .chain, "replace(actor, ':', ': ')"),
            .column("data", .data, "data || ' '"),
            .column("salt", .data, "randomblob(16)"),
            .column("data_hash", .data, "randomblob(32)"),
            .column("hash", .chain, "randomblob(32)"),
            Damage(
                "data and its hash", .chain,
                "UPDATE events SET data = '{}', salt = x'', data_hash = x'44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE position = 30"
            ),
            Damage("an event in the middle is deleted", .chain, "DELETE FROM events WHERE position = 30"),
            Damage("the first event is deleted", .chain, "DELETE FROM events WHERE position = 1"),
            Damage(
                "a pair is swapped", .chain,
                """
                UPDATE events SET position = -1 WHERE position = 30; UPDATE events SET position = 30 WHERE position = 31;
                UPDATE events SET position = 31 WHERE position = -1
                """),
            Damage(
                "an event is put in", .chain,
                """
                INSERT INTO events (position, job, version, kind, schema_version, at, attempt, actor, data, salt, data_hash, hash)
                SELECT max(position) + 1, NULL, NULL, 'queue.resumed', 1, at, NULL, '{"type":"person","id":"ana"}',
                       '{"queue":"default"}', salt, data_hash, hash FROM events
                """),
            Damage(
                "the newest events are deleted", .chain,
                "DELETE FROM events WHERE position > (SELECT max(position) - 3 FROM events)"),
            Damage(
                "a stretch is told to be pruned", .pruning,
                "INSERT INTO pruned_ranges SELECT position, position, hash, 5 FROM events WHERE position = 30"
            ),
            Damage(
                "an event is deleted and told to be pruned", .pruning,
                """
                INSERT INTO pruned_ranges SELECT position, position, hash, 5 FROM events WHERE position = 30;
                DELETE FROM events WHERE position = 30
                """),
            Damage(
                "values are taken out as if they had been redacted", .redaction,
                #"UPDATE events SET data = '{"redacted":true}', salt = NULL WHERE position = 30"#),
            Damage(
                "a large value is changed", .content,
                "UPDATE payloads SET content = replace(content, 'x', 'y')"),
            Damage("a large value is deleted", .content, "DELETE FROM payloads"),
            Damage(
                "a file is changed", .content, "UPDATE blob_chunks SET content = zeroblob(length(content))"),
            Damage("a file loses its end", .content, "DELETE FROM blob_chunks WHERE start = 0"),
            Damage("a file is deleted", .content, "DELETE FROM blobs"),
        ]

        static let rows: [Damage] = [
            "jobs": "priority = priority + 1", "job_tags": "tag = tag || 'x'",
            "steps": "attempt = attempt + 1",
            "waits": "changed_at = 0", "counters": "jobs = jobs + 1", "snapshots": "state = '{}'",
            "past_states": "began = began - 1", "worker_kinds": "kind = kind || 'x'",
            "artifacts": "bytes = 9",
            "schedules": "detail = '{}'", "queues": "limits = '{}'", "queue_heads": "priority = 99",
            "running_keys": "jobs = jobs + 1", "bulk_operations": "matched = 99", "requests": "sha256 = 'x'",
            "content_uses": "job = ''", "pruned_jobs": "kind = 'x'",
        ].sorted { $0.key < $1.key }.flatMap { table, change in
            [
                Damage("a row of \(table) is changed", .projection, "UPDATE \(table) SET \(change)"),
                Damage("the rows of \(table) are deleted", .projection, "DELETE FROM \(table)"),
            ]
        }
    }

    /// A log with everything in it, which each test has a copy of.
    private static let template = Task<TemporaryFolder, any Error> {
        let folder = try TemporaryFolder()
        try await SampleLog.with(try folder.store()) { try await $0.everything() }
        return folder
    }

    private func filled(prunes: Bool = false) async throws -> SQLiteStore {
        let template = try await Self.template.value
        for name in try template.names() {
            try FileManager.default.copyItem(atPath: template.file(name), toPath: folder.file(name))
        }
        let store = try folder.store()
        if prunes {
            try await SampleLog.with(store, seed: 3) { try await $0.pruneAllEnded(limit: 40) }
        }
        return store
    }

    private func damage(_ sql: String) throws {
        try PlainDatabase(folder.file()).runUnguarded(sql)
    }

    @Test(arguments: [false, true])
    func `nothing is found where nothing was changed`(prunes: Bool) async throws {
        let report = try await filled(prunes: prunes).audit()
        #expect(report.findings == [])
        #expect(report.events > 500)
        #expect(report.rows > 100)
        #expect(report.contents > 0)
        #expect((report.prunedRanges > 10) == prunes)
        #expect(report.head == (try folder.store().openReader().head()))
    }

    @Test(arguments: Damage.all + Damage.rows)
    func `what was changed is found and named`(damage: Damage) async throws {
        let store = try await filled()
        let head = try store.openReader().head()
        try self.damage(damage.sql)
        let report = try store.audit(anchor: head)
        #expect(!report.isSound)
        #expect(report.findings.contains { $0.part == damage.part }, "\(report.findings.map(\.sentence))")
    }

    @Test(arguments: Damage.rows)
    func `a rebuild puts every row right`(damage: Damage) async throws {
        let store = try await filled()
        try self.damage(damage.sql)
        let repair = try store.repairProjections()
        #expect(repair.rows > 0)
        #expect(!repair.sentences.isEmpty)
        #expect(try store.audit().findings == [])
        #expect(try store.repairProjections().rows == 0)
    }

    @Test(arguments: [
        "DROP TRIGGER events_refuse_update", "DROP INDEX events_by_job",
        "DROP TRIGGER events_refuse_delete; CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN SELECT 1; END",
    ])
    func `what guards and finds the events is looked at as well`(change: String) async throws {
        let store = try await filled()
        try PlainDatabase(folder.file()).run("CREATE TABLE mine (a); CREATE INDEX mine_by_a ON mine (a)")
        #expect(try store.audit().findings == [])
        try PlainDatabase(folder.file()).run(change)
        let findings = try folder.store().audit().findings
        #expect(findings.map(\.part) == [.schema], "\(findings.map(\.sentence))")
    }

    @Test func `the length of a large value is that of its bytes`() async throws {
        let store = try await filled()
        try damage("UPDATE payloads SET bytes = bytes + 1")
        #expect(try Set(store.audit().findings.map(\.part)).contains(.content))
    }

    @Test func `that the end was cut off is known by a head that was kept elsewhere`() async throws {
        let store = try await filled()
        let head = try store.openReader().head()
        #expect(try store.audit(anchor: head).isSound)
        // Whoever does it well also moves the mark of the greatest position, and folds what is left.
        try damage(
            """
            DELETE FROM events WHERE position > \(head.position.value - 3);
            UPDATE sqlite_sequence SET seq = \(head.position.value - 3) WHERE name = 'events'
            """)
        _ = try store.repairProjections()
        let report = try store.audit(anchor: head)
        #expect(report.findings.map(\.part) == [.head])
        #expect(report.findings.first?.sentence.contains("cut off") == true)
    }

    @Test func `a head that is kept stays good while the log grows and is pruned`() async throws {
        let store = try await filled()
        let head = try store.openReader().head()
        #expect(LogHead(text: head.text) == head)
        try await SampleLog.with(store, seed: 2) { sample in
            sample.clock.advance(by: .seconds(500))
            _ = try await sample.running()
            try await sample.pruneAllEnded(limit: 1_000)
        }
        #expect(try store.audit(anchor: head).findings == [])
        let other = LogHead(position: head.position, hash: SHA256Sum(of: "another"))
        #expect(try store.audit(anchor: other).findings.map(\.part) == [.head])
    }
}

extension SampleLog {
    /// Deletes all jobs that have ended, in parts of so many events.
    func pruneAllEnded(limit: Int) async throws {
        let ended = try await log.read { reader in
            try reader.jobs(
                JobQuery(JobFilter(phases: [.completed, .failed, .cancelled]), limit: 10_000)
            ).map(\.id)
        }
        var rest = ended
        while !rest.isEmpty {
            let asked = rest
            let outcome = try await log.write {
                try $0.prune(asked, limit: limit, reason: "test", by: .person("ana"))
            }
            let done = Set(outcome.jobs.filter { !$0.isPartly }.map(\.id)).union(outcome.spared.keys)
            rest.removeAll { done.contains($0) }
        }
    }
}
