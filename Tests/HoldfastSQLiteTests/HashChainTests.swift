import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import Testing

/// Who edits history with the triggers out of the way is found out by walking the chain.
@Suite("Hash chain")
struct HashChainTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func firstBreak() throws -> EventLogPosition? { try folder.store().firstBreak() }

    /// A log of some jobs, whose triggers are gone.
    private func plain() async throws -> PlainDatabase {
        try await SampleLog.with(try folder.store()) { sample in
            _ = try await sample.oneOfEach()
            _ = try await sample.log.write {
                $0.record(
                    .workerJoined(WorkerJoined(worker: "w", engine: "e", queues: [.default], kinds: ["a"])),
                    by: .engine("e"))
            }
        }
        let plain = try PlainDatabase(folder.file())
        try plain.run("DROP TRIGGER events_refuse_update; DROP TRIGGER events_refuse_delete")
        return plain
    }

    @Test func `an untouched log has no break`() async throws {
        _ = try await plain()
        #expect(try firstBreak() == nil)
        #expect(try folder.store().headPosition() > EventLogPosition(15))
    }

    @Test(arguments: [
        "data = replace(data, 'sample.job', 'simple.job')",
        "data = data || ' '",
        "at = at + 1",
        "actor = replace(actor, 'ana', 'bob')",
        "attempt = 2",
        "kind = 'job.started'",
        "version = version + 1",
        "job = replace(job, '-7', '-6')",
        "schema_version = 2",
        "salt = zeroblob(16)",
        "data_hash = zeroblob(32)",
        "hash = zeroblob(32)",
    ])
    func `one changed column is found`(change: String) async throws {
        let plain = try await plain()
        try plain.run("UPDATE events SET \(change) WHERE position = 2")
        #expect(try firstBreak() == EventLogPosition(2))
    }

    @Test func `one changed byte of the file is found`() async throws {
        // Folded back by its only connection, the log is in the main file alone.
        try (try await plain()).run("PRAGMA wal_checkpoint(TRUNCATE)")
        let copy = folder.file("copy.db")
        try ChildProcess.run("/bin/cp", [folder.file(), copy])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
        // Pages that were split may hold what is left of a row beside the row itself.
        let text = Data(#"{"reason":"duplicate"}"#.utf8)
        try #require(bytes.range(of: text) != nil)
        while let place = bytes.range(of: text) { bytes[place.lowerBound + 11] ^= 0x02 }
        try bytes.write(to: URL(fileURLWithPath: copy))
        let store = try folder.store("copy.db")
        // SQLite itself has nothing against it.
        try store.checkIntegrity()
        let broken = try #require(try store.firstBreak())
        let changed = try store.sealedEvents().first { $0.event.data.text.contains("fuplicate") }
        #expect(changed?.event.position == broken)
    }

    @Test func `a deleted event is found, the last one too`() async throws {
        let plain = try await plain()
        let head = try #require(
            EventLogPosition(text: try plain.value("SELECT max(position) FROM events") ?? ""))
        try plain.run("DELETE FROM events WHERE position = \(head)")
        #expect(try firstBreak() == head)
        try plain.run("DELETE FROM events WHERE position = 5")
        // The walk meets the event behind the hole.
        #expect(try firstBreak() == EventLogPosition(6))
    }

    @Test func `a deleted event is found also when those behind it close up`() async throws {
        let plain = try await plain()
        try plain.run(
            """
            DELETE FROM events WHERE position = 5;
            UPDATE events SET position = position - 1000 WHERE position > 5;
            UPDATE events SET position = position + 999 WHERE position < 0;
            """)
        #expect(try firstBreak() == EventLogPosition(5))
    }

    @Test(arguments: ["position", "data", "data_hash", "hash"])
    func `two events that changed places are found`(column: String) async throws {
        let plain = try await plain()
        let swap =
            column == "position"
            ? """
            UPDATE events SET position = -6 WHERE position = 6;
            UPDATE events SET position = 6 WHERE position = 7;
            UPDATE events SET position = 7 WHERE position = -6;
            """
            : """
            CREATE TEMP TABLE two AS SELECT 13 - position AS other, \(column) AS value
                FROM events WHERE position IN (6, 7);
            UPDATE events SET \(column) = (SELECT value FROM two WHERE other = position)
                WHERE position IN (6, 7);
            """
        try plain.run(swap)
        #expect(try firstBreak() == EventLogPosition(6))
    }

    @Test func `a rewritten end with fresh hashes is found by who knows an older hash`() async throws {
        let plain = try await plain()
        let known = try folder.store().openReader().head()
        let head = known.position
        // The forger takes the last event away and writes another one with right hashes.
        try plain.run("DELETE FROM events WHERE position = \(head)")
        try plain.run("UPDATE sqlite_sequence SET seq = \(head.value - 1) WHERE name = 'events'")
        try await SampleLog.with(try folder.store(), seed: 2) { _ = try await $0.enqueue() }
        #expect(try firstBreak() == nil)
        let forged = try folder.store().openReader().head()
        #expect(forged.position == head)
        #expect(forged.hash != known.hash)
    }
}
