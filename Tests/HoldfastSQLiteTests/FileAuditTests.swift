import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

/// What SQLite itself can tell of the file is looked at as well: its pages, and thoroughly each index against its table.
@Suite("Audit of the file")
struct FileAuditTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file with jobs of an owner, all of it in the database itself.
    private func filled() async throws -> SQLiteStore {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            for _ in 0..<20 { try await sample.enqueue(owner: "ana") }
        }
        try PlainDatabase(folder.file()).run("PRAGMA wal_checkpoint(TRUNCATE)")
        return store
    }

    @Test func `an index that disagrees with its table is found by a thorough look alone`() async throws {
        let store = try await filled()
        let change =
            "UPDATE jobs SET owner = CASE owner WHEN 'ana' THEN 'bob' ELSE 'ana' END WHERE first_position = 1"
        let plain = try PlainDatabase(folder.file())
        try plain.run(change)
        // While SQLite does not know of the index, the table is changed back.
        let columns = "type, name, tbl_name, rootpage, sql"
        let index = try #require(
            try plain.value(
                "SELECT quote(type) || ',' || quote(name) || ',' || quote(tbl_name) || ',' || rootpage || ',' || quote(sql) FROM sqlite_schema WHERE name = 'jobs_by_owner'"
            ))
        try plain.run("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'jobs_by_owner'")
        let without = try PlainDatabase(folder.file())
        try without.run(change)
        try without.run(
            "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema (\(columns)) VALUES (\(index)); PRAGMA schema_version = 1000"
        )
        #expect(try store.audit().findings == [])
        let report = try store.audit(isThorough: true)
        #expect(Set(report.findings.map(\.part)) == [.file])
        #expect(report.findings.contains { $0.sentence.contains("jobs_by_owner") }, "\(report.findings)")
    }

    @Test func `a damaged page is found, also one that no row is read from`() async throws {
        let store = try await filled()
        let plain = try PlainDatabase(folder.file())
        let page = try #require(
            try plain.value("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_by_owner'").flatMap(
                Int.init))
        let size = try #require(try plain.value("PRAGMA page_size").flatMap(Int.init))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file()))
        try file.seek(toOffset: UInt64((page - 1) * size))
        try file.write(contentsOf: Data(repeating: 0xA5, count: 64))
        try file.close()
        let report = try store.audit()
        #expect(report.findings.map(\.part).contains(.file), "\(report.findings)")
        #expect(report.findings.contains { $0.sentence.contains("SQLite finds damage") })
    }

    @Test func `a look that somebody ends is nothing that is sound`() async throws {
        let store = try await filled()
        let report = try store.audit { _ throws(StoreError) in
            throw StoreError(.unavailable, operation: "look", reason: "nobody waits for it")
        }
        #expect(!report.isSound)
    }

    @Test func `a look whose task is cancelled ends at its next page`() async throws {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            let (job, token) = try await sample.running()
            for _ in 0..<9 { try await sample.work((0..<1_000).map { .note($0) }, on: job, token) }
        }
        let engine = try JobEngine(store, environment: .testing(clock: ManualClock()))
        let (starts, started) = AsyncStream<Void>.makeStream()
        let isCancelled = Mutex(false)
        let pages = Mutex(0)
        let looking = Task {
            try await engine.verify { _ in
                pages.withLock { $0 += 1 }
                started.yield()
                while !isCancelled.withLock({ $0 }) {}
            }
        }
        _ = await starts.first { _ in true }
        looking.cancel()
        isCancelled.withLock { $0 = true }
        await #expect(throws: CancellationError.self) { try await looking.value }
        #expect(pages.withLock { $0 } == 1)
        await engine.close()
    }
}
