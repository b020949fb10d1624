import Foundation
import HoldfastCore
import HoldfastStore
import SQLiteMigrations
import Testing

@testable import HoldfastSQLite

/// A log that must not or cannot be written is read, and says so when somebody writes.
@Suite("Reading only")
struct ReadOnlyTests {
    private let folder: TemporaryFolder
    private static let rootReason: Comment = "root may write what is write-protected"

    init() throws { folder = try TemporaryFolder() }

    private func fill() async throws {
        try await SampleLog.with(try folder.store()) { _ = try await $0.oneOfEach() }
    }

    private func protect(_ name: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name))
    }

    @Test func `a store that was opened for reading gives everything and has no writer`() async throws {
        try await fill()
        let written = try folder.store()
        let store = try SQLiteStore(path: folder.file(), mode: .readOnly)
        #expect(store.identity == written.identity)
        #expect(try store.sealedEvents() == written.sealedEvents())
        #expect(try store.firstBreak() == nil)
        try store.checkIntegrity()
        for refused in [{ _ = try store.openWriter() }, { try store.rebuildProjections() }]
            as [() throws -> Void]
        {
            let error = #expect(throws: StoreError.self) { try refused() }
            #expect(error?.code == .readOnly)
            #expect(error?.isRetryable == false)
        }
        let error = #expect(throws: StoreError.self) { _ = try SampleLog(store) }
        #expect(error?.code == .readOnly)
    }

    @Test func `a reader of such a store cannot write, whatever it is told`() async throws {
        try await fill()
        let store = try SQLiteStore(path: folder.file(), mode: .readOnly)
        let connection = try #require(try store.openReader() as? SQLiteReader).connection
        try connection.execute("PRAGMA query_only = OFF", for: "test")
        let error = #expect(throws: StoreError.self) {
            try connection.execute("INSERT INTO worker_kinds VALUES ('a')", for: "test")
        }
        #expect(error?.code == .readOnly)
    }

    @Test func `it sees what others commit meanwhile`() async throws {
        try await fill()
        let store = try SQLiteStore(path: folder.file(), mode: .readOnly)
        let reader = try store.openReader()
        let head = try reader.head().position
        try await SampleLog.with(try folder.store(), seed: 2) { _ = try await $0.enqueue() }
        #expect(try reader.head().position == head.next)
    }

    @Test func `a journal of a program that was killed is put back by a writer, and a reader says so`()
        async throws
    {
        try await fill()
        let plain = try PlainDatabase(folder.file())
        // As `holdfast restore --replace` has the file alone; so much is changed that some of it is on the disk.
        try plain.run("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN")
        try plain.run(
            "CREATE TABLE more (a); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO more SELECT randomblob(100) FROM n"
        )
        for end in ["", "-journal"] {
            try FileManager.default.copyItem(
                atPath: folder.file("log.db\(end)"), toPath: folder.file("killed.db\(end)"))
        }
        try plain.run("ROLLBACK; PRAGMA journal_mode = WAL")
        let path = folder.file("killed.db")
        let error = #expect(throws: StoreError.self) {
            _ = try SQLiteStore(path: path, mode: .readOnly).openReader().head()
        }
        #expect(
            error?.reason.contains("holdfast migrate --db \(path)") == true, "\(String(describing: error))")
        #expect(try folder.store("killed.db").firstBreak() == nil)
        #expect(try SQLiteStore(path: path, mode: .readOnly).firstBreak() == nil)
    }

    @Test func `an older schema is not brought up to date by a reader`() throws {
        let older = Array(Migrations.all.dropLast())
        _ = try SQLiteStore(
            path: folder.file(), options: SQLiteOptions(), mode: .readWriteCreate, migrations: older)
        let before = try folder.contents()
        let error = #expect(throws: StoreError.self) {
            _ = try SQLiteStore(path: folder.file(), mode: .readOnly)
        }
        #expect(error?.code == .readOnly)
        #expect(error?.reason.contains("schema \(older.count)") == true)
        #expect(try folder.contents() == before)
    }

    @Test(.enabled(if: geteuid() != 0, rootReason))
    func `a write-protected file can be read, and is refused for writing`() async throws {
        try await fill()
        try protect("log.db", 0o444)
        let error = #expect(throws: StoreError.self) { _ = try folder.store() }
        #expect(error?.code == .readOnly)
        #expect(error?.reason.contains("cannot be written") == true, "\(String(describing: error))")
        #expect(try SQLiteStore(path: folder.file(), mode: .readOnly).firstBreak() == nil)
    }

    @Test(.enabled(if: geteuid() != 0, rootReason))
    func `a file that must not be read is refused`() async throws {
        try await fill()
        try protect("log.db", 0)
        for mode in [.readWriteCreate, .readWrite, .readOnly] as [SQLiteStore.Mode] {
            let error = #expect(throws: StoreError.self) {
                _ = try SQLiteStore(path: folder.file(), mode: mode)
            }
            #expect(error?.code == .readOnly)
            #expect(error?.reason.contains("by this user") == true, "\(String(describing: error))")
        }
    }

    @Test(.enabled(if: geteuid() != 0, rootReason))
    func `a write-protected folder is refused, because files have to stand beside the log`() async throws {
        try await fill()
        for name in ["log.db", "other.db"] {
            try protect("", 0o555)
            defer { #expect(throws: Never.self) { try protect("", 0o755) } }
            let error = #expect(throws: StoreError.self) { _ = try folder.store(name) }
            #expect(error?.code == .readOnly)
            #expect(
                error?.reason.contains("the folder \(folder.path) cannot be written") == true,
                "\(String(describing: error))")
        }
    }
}
