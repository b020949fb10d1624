import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// P10: the schema itself refuses to change or delete an event, whoever asks.
@Suite("Append-only events")
struct AppendOnlyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Three events of one job, seen through a connection without any of the store's settings.
    private func plain() async throws -> PlainDatabase {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, token) = try await sample.running()
            try await sample.work([.note(1)], on: job, token)
        }
        return try PlainDatabase(folder.file())
    }

    private static let columns =
        "job, version, kind, schema_version, at, attempt, actor, data, salt, data_hash, hash"

    @Test(arguments: [
        "UPDATE events SET data = '{}' WHERE position = 2",
        "UPDATE events SET position = 9 WHERE position = 3",
        "UPDATE OR IGNORE events SET kind = 'job.failed'",
        "DELETE FROM events WHERE position = 3",
        "DELETE FROM events",
        "REPLACE INTO events SELECT * FROM events WHERE position = 3",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE position = 1",
        "INSERT OR IGNORE INTO events SELECT * FROM events WHERE position = 2",
        "INSERT INTO events SELECT 0, \(columns) FROM events WHERE position = 2",
        "INSERT INTO events (\(columns)) SELECT \(columns) FROM events WHERE position = 2",
        """
        INSERT INTO events SELECT * FROM events WHERE position = 2
            ON CONFLICT (position) DO UPDATE SET data = '{}'
        """,
    ])
    func `the schema refuses`(statement: String) async throws {
        let plain = try await plain()
        let before = try plain.dump("events")
        let refusal = #expect(throws: PlainDatabase.Refusal.self) { try plain.run(statement) }
        #expect(refusal?.message.contains("append-only") == true, "\(String(describing: refusal))")
        #expect(try plain.dump("events") == before)
    }

    @Test func `an event behind all others is taken, and its position is never used again`() async throws {
        let plain = try await plain()
        try plain.run("INSERT INTO events SELECT 4, \(Self.columns) FROM events WHERE position = 3")
        try plain.run("DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE position = 4")
        #expect(try folder.store().headPosition() == EventLogPosition(4))
        try await SampleLog.with(try folder.store(), seed: 2) { _ = try await $0.enqueue() }
        #expect(try plain.values("SELECT position FROM events") == ["1", "2", "3", "5"])
    }

    @Test func `positions go on behind a log that lost all its events`() async throws {
        let plain = try await plain()
        try plain.run("DROP TRIGGER events_refuse_delete; DELETE FROM events")
        try await SampleLog.with(try folder.store(), seed: 2) { sample in
            let (job, _) = try await sample.running()
            #expect(try await sample.state(job).version == 2)
        }
        #expect(try plain.values("SELECT position FROM events") == ["4", "5"])
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/sqlite3"), "no sqlite3 shell"))
    func `the shell of SQLite is refused as well`() async throws {
        let plain = try await plain()
        let before = try plain.dump("events")
        for statement in ["DELETE FROM events", "UPDATE events SET at = 0"] {
            #expect(throws: ChildProcess.Failure.self) {
                try ChildProcess.run("/usr/bin/sqlite3", ["-bail", folder.file(), statement])
            }
        }
        // It does reach the file.
        try ChildProcess.run("/usr/bin/sqlite3", ["-bail", folder.file(), "DELETE FROM leases"])
        #expect(try plain.dump("leases").isEmpty)
        #expect(try plain.dump("events") == before)
    }

    @Test func `an event of a job without a version is refused`() async throws {
        let plain = try await plain()
        #expect(throws: PlainDatabase.Refusal.self) {
            try plain.run(
                """
                INSERT INTO events SELECT 4, job, NULL, kind, schema_version, at, attempt, actor, data, salt,
                                          data_hash, hash FROM events WHERE position = 3
                """)
        }
    }
}
