import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastSQLite

/// What SQLite keeps for each connection apart is in force on each of them.
@Suite("Settings of connections")
struct ConnectionSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func answer(_ name: String, _ connection: Connection) throws -> String? {
        try connection.values("PRAGMA \(name)", for: "test").first
    }

    private func writer(_ store: SQLiteStore) throws -> Connection {
        try #require(try store.openWriter() as? SQLiteWriter).connection
    }

    private func reader(_ store: SQLiteStore) throws -> Connection {
        try #require(try store.openReader() as? SQLiteReader).connection
    }

    @Test(arguments: [
        ("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"),
        ("journal_size_limit", "67108864"), ("auto_vacuum", "2"), ("wal_autocheckpoint", "4000"),
        ("trusted_schema", "0"), ("recursive_triggers", "1"), ("cell_size_check", "1"),
        ("application_id", "\(0x4866_7374)"),
    ])
    func `a setting is in force on the writer and on each reader`(name: String, expected: String) throws {
        let store = try SQLiteStore(path: folder.file())
        #expect(try answer(name, try writer(store)) == expected)
        for _ in 0..<2 { #expect(try answer(name, try reader(store)) == expected) }
    }

    @Test func `the chosen durability reaches the writer and the readers`() throws {
        let store = try folder.store { $0.durability = .normal }
        #expect(try answer("synchronous", try writer(store)) == "1")
        #expect(try answer("synchronous", try reader(store)) == "1")
    }

    @Test func `the chosen sizes are in force`() throws {
        let store = try folder.store {
            $0.journalSizeLimit = 123_456
            $0.autocheckpointPages = 77
            $0.writerCacheBytes = 3 << 20
            $0.readerCacheBytes = 2 << 20
            $0.sizeLimit = 1 << 20
        }
        let writer = try writer(store)
        #expect(try answer("journal_size_limit", writer) == "123456")
        #expect(try answer("wal_autocheckpoint", writer) == "77")
        #expect(try answer("cache_size", writer) == "-3072")
        #expect(try answer("max_page_count", writer) == "256")
        #expect(try answer("cache_size", try reader(store)) == "-2048")
    }

    @Test func `a reader cannot write, the writer can`() throws {
        let store = try folder.store()
        let statement = "INSERT INTO worker_kinds (kind) VALUES ('a')"
        let reader = try reader(store)
        let error = #expect(throws: StoreError.self) { try reader.execute(statement, for: "test") }
        #expect(error?.code == .readOnly)
        try writer(store).execute(statement, for: "test")
    }

    @Test(arguments: ["synchronous = OFF", "foreign_keys = OFF", "journal_size_limit = 5", "query_only = ON"])
    func `a setting that is not in force is an error`(change: String) throws {
        let store = try folder.store()
        let writer = try writer(store)
        let settings = ConnectionSettings(store.options, isWriter: true)
        try settings.check(writer)
        try writer.execute("PRAGMA \(change)", for: "test")
        let error = #expect(throws: StoreError.self) { try settings.check(writer) }
        #expect(error?.code == .constraint)
        #expect(error?.reason.contains(String(change.prefix { $0 != " " })) == true)
    }

    @Test func `a file whose mode somebody changed gets its write-ahead log back`() throws {
        _ = try folder.store()
        #expect(try PlainDatabase(folder.file()).value("PRAGMA journal_mode = DELETE") == "delete")
        #expect(try answer("journal_mode", try writer(try folder.store())) == "wal")
    }

    @Test func `the write-ahead log is cut to its limit when it was folded back`() async throws {
        let store = try folder.store {
            $0.journalSizeLimit = 100_000
            $0.autocheckpointPages = 20
        }
        try await SampleLog.with(store) { sample in
            let (job, token) = try await sample.running()
            for _ in 0..<40 { try await sample.work((0..<50).map { .note($0) }, on: job, token) }
            #expect(store.writeAheadLogBytes > 0)
            #expect(store.writeAheadLogBytes < 1_000_000)
        }
    }
}
