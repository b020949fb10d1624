import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastSQLite

/// What a store does while nobody writes: it notices others, and folds the write-ahead log back.
@Suite("Idle store")
struct IdleCheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A store with one job, whose write-ahead log holds something.
    private func store(_ configure: (inout SQLiteOptions) -> Void = { _ in }) async throws -> SQLiteStore {
        let store = try folder.store("log.db", configure)
        // Somebody who is connected keeps the log beside the file when the others leave.
        let writer = try #require(try store.openWriter() as? SQLiteWriter)
        defer { withExtendedLifetime(writer) {} }
        try writer.connection.execute("INSERT INTO worker_kinds VALUES ('a')", for: "test")
        return store
    }

    @Test func `the first look gives the head, the next ones only what others committed`() async throws {
        let store = try await store()
        let plain = try PlainDatabase(folder.file())
        let probe = try store.openReader()
        #expect(try store.awaitForeignCommit(probe, milliseconds: 0) == .beginning)
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
        try plain.run("INSERT INTO worker_kinds VALUES ('b')")
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == .beginning)
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
    }

    @Test func `a look waits for a commit that comes while it waits`() async throws {
        let store = try await store()
        let probe = try store.openReader()
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        let file = folder.file()
        async let commit: Void = { try PlainDatabase(file).run("INSERT INTO worker_kinds VALUES ('b')") }()
        // Far longer than any machine needs; it returns with the commit.
        #expect(try store.awaitForeignCommit(probe, milliseconds: 120_000) == .beginning)
        try await commit
    }

    @Test func `an idle store folds a large write-ahead log back and cuts it to nothing`() async throws {
        let store = try await store {
            $0.idleCheckpointDelay = .zero
            $0.idleCheckpointBytes = 1
        }
        let plain = try PlainDatabase(folder.file())
        let probe = try store.openReader()
        try plain.run("INSERT INTO worker_kinds VALUES ('b')")
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        #expect(store.writeAheadLogBytes > 0)
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
        #expect(store.writeAheadLogBytes == 0)
        #expect(try plain.values("SELECT kind FROM worker_kinds") == ["a", "b"])
    }

    @Test(.timeLimit(.minutes(2)))
    func `a reader in the way holds up nobody, and the log is folded when he is gone`() async throws {
        let store = try await store {
            $0.idleCheckpointDelay = .zero
            $0.idleCheckpointBytes = 1
            $0.busyTimeout = .seconds(600)
        }
        let probe = try store.openReader()
        let (other, reading) = (try PlainDatabase(folder.file()), try PlainDatabase(folder.file()))
        try other.run("INSERT INTO worker_kinds VALUES ('b')")
        try reading.run("BEGIN; SELECT * FROM worker_kinds")
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
        #expect(store.writeAheadLogBytes > 0)
        try other.run("BEGIN IMMEDIATE; ROLLBACK")
        try reading.run("COMMIT")
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
        #expect(store.writeAheadLogBytes == 0)
    }

    @Test func `a look that fails takes its time and says why`() async throws {
        let store = try await store()
        let probe = try store.openReader()
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        try PlainDatabase(folder.file()).run(
            """
            PRAGMA writable_schema = ON;
            DELETE FROM sqlite_schema WHERE name = 'sqlite_sequence';
            PRAGMA schema_version = 1000;
            """)
        let began = ContinuousClock.now
        #expect(throws: StoreError.self) { _ = try store.awaitForeignCommit(probe, milliseconds: 20) }
        #expect(ContinuousClock.now - began >= .milliseconds(20))
    }

    @Test func `a small write-ahead log is left alone`() async throws {
        let store = try await store { $0.idleCheckpointDelay = .zero }
        let probe = try store.openReader()
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        let plain = try PlainDatabase(folder.file())
        try plain.run("INSERT INTO worker_kinds VALUES ('b')")
        _ = try store.awaitForeignCommit(probe, milliseconds: 0)
        let bytes = store.writeAheadLogBytes
        #expect(try store.awaitForeignCommit(probe, milliseconds: 1) == nil)
        #expect(store.writeAheadLogBytes == bytes)
    }
}
