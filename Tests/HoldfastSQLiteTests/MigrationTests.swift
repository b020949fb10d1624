import Foundation
import HoldfastCore
import HoldfastStore
import SQLiteMigrations
import Testing

@testable import HoldfastSQLite

/// The schema goes forward only, each step at once or not at all, and what was applied is known by its hash.
@Suite("Migrations")
struct MigrationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ migrations: [Migration], mode: SQLiteStore.Mode = .readWriteCreate) throws
        -> SQLiteStore
    {
        try SQLiteStore(path: folder.file(), options: SQLiteOptions(), mode: mode, migrations: migrations)
    }

    private func schema() throws -> [[String]] {
        try PlainDatabase(folder.file()).rows("SELECT type, name, sql FROM sqlite_schema ORDER BY name")
    }

    @Test func `the list names each file of the folder, in order`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let sources = root.appendingPathComponent("Migrations/SQLite/sql")
        let names = try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
        let listed = Migrations.all.map { "V\(String("000\($0.version)".suffix(4)))_\($0.name).sql" }
        #expect(listed == names)
        #expect(Migrations.all.map(\.version) == Array(1...names.count))
        for (migration, name) in zip(Migrations.all, names) {
            let text = try String(contentsOf: sources.appendingPathComponent(name), encoding: .utf8)
            #expect(migration.text == text)
        }
    }

    @Test func `what was applied is kept with its hash`() throws {
        _ = try folder.store()
        let rows = try PlainDatabase(folder.file()).rows(
            "SELECT version, name, sha256 FROM migrations ORDER BY version")
        #expect(
            rows == Migrations.all.map { ["\($0.version)", $0.name, SHA256Sum(of: $0.text).hexadecimal] })
        // A second opening applies nothing.
        let moment = try PlainDatabase(folder.file()).dump("migrations")
        _ = try folder.store()
        #expect(try PlainDatabase(folder.file()).dump("migrations") == moment)
    }

    @Test func `a table that had to be made anew keeps its rows and all its indexes`() throws {
        let waits = try #require(Migrations.all.firstIndex { $0.name == "waits" })
        let before = Array(Migrations.all[..<waits])
        _ = try open(before)
        let plain = try PlainDatabase(folder.file())
        // Plain rows, because today's program writes columns that the file of that time does not have.
        try plain.run(
            """
            INSERT INTO jobs (first_position, id, kind, queue, priority, state, due_at, key, owner, enqueued_at,
                              finished_at, last_position, version, detail)
            VALUES (1, 'a', 'sample.job', 'default', 0, 'scheduled', 70, NULL, NULL, 5, NULL, 1, 1, '{}'),
                   (2, 'b', 'sample.job', 'default', 10, 'queued', NULL, 'one', 'ana', 5, NULL, 2, 1, '{}'),
                   (3, 'c', 'other.job', 'slow', 0, 'running', NULL, NULL, NULL, 6, NULL, 3, NULL, '{"a":1}'),
                   (4, 'd', 'sample.job', 'slow', -10, 'completed', NULL, NULL, NULL, 7, 9, 4, 3, '{"b":2}')
            """)
        let rows = try plain.rows("SELECT * FROM jobs ORDER BY id")
        let indexes =
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'jobs' ORDER BY name"
        let names = try plain.rows(indexes)
        #expect(rows.count > 3)
        // Not to the newest: what follows from the log is folded anew there, and these rows have no events.
        _ = try open(Array(Migrations.all[...waits]))
        let after = try plain.rows(
            """
            SELECT first_position, id, kind, queue, priority, state, due_at, key, owner, enqueued_at, finished_at,
                   last_position, version, detail
              FROM jobs ORDER BY id
            """)
        #expect(after == rows)
        #expect(Set(try plain.rows(indexes)).isSuperset(of: names))
    }

    @Test(arguments: [SQLiteStore.Mode.readWriteCreate, .readWrite, .readOnly])
    func `a migration that reads differently now is noticed`(mode: SQLiteStore.Mode) throws {
        _ = try folder.store()
        try PlainDatabase(folder.file()).run(
            "UPDATE migrations SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE version = 2")
        let before = try folder.contents()
        let error = #expect(throws: StoreError.self) { _ = try open(Migrations.all, mode: mode) }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("migration 2 (projections)") == true, "\(String(describing: error))")
        #expect(error?.reason.contains(folder.file()) == true, "\(String(describing: error))")
        #expect(try folder.contents() == before)
    }

    @Test func `a file goes from any older schema to the newest, and keeps its log`() throws {
        _ = try folder.store("reference.db")
        let reference = try PlainDatabase(folder.file("reference.db")).rows(
            "SELECT type, name, sql FROM sqlite_schema ORDER BY name")
        var identities: Set<String> = []
        for count in 1...Migrations.all.count {
            identities.insert(try open(Array(Migrations.all.prefix(count))).identity)
        }
        #expect(identities.count == 1)
        #expect(try schema() == reference)
    }

    @Test func `a migration that fails leaves nothing, and those before it stay`() throws {
        let broken = Migration(
            version: Migrations.all.count + 1, name: "broken",
            text: "CREATE TABLE later (a); INSERT INTO later VALUES (1); INSERT INTO missing VALUES (1);")
        let error = #expect(throws: StoreError.self) { _ = try open(Migrations.all + [broken]) }
        #expect(error?.operation == "apply migration \(broken.version) (broken)")
        let store = try folder.store()
        #expect(try store.headPosition() == .beginning)
        #expect(try schema().contains { $0[1] == "later" } == false)
    }

    @Test func `a program that is older than a migration refuses the file and leaves it`() throws {
        let later = Migration(
            version: Migrations.all.count + 1, name: "later", text: "CREATE TABLE later (a);")
        _ = try open(Migrations.all + [later])
        let before = try folder.contents()
        let error = #expect(throws: StoreError.self) { _ = try folder.store() }
        #expect(error?.code == .schemaTooNew)
        #expect(error?.isRetryable == false)
        #expect(try folder.contents() == before)
        _ = try open(Migrations.all + [later])
    }

    @Test func `a file whose list of migrations is lost is not migrated again`() throws {
        _ = try folder.store()
        try PlainDatabase(folder.file()).run("DROP TABLE migrations")
        let before = try schema()
        let error = #expect(throws: StoreError.self) { _ = try folder.store() }
        #expect(error?.code == .corrupt)
        #expect(try schema() == before)
    }
}
