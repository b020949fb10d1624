import Foundation
import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import SQLiteMigrations
import Testing

/// A file that is no log of ours is refused in words that help, and stays as it is, byte for byte.
@Suite("Opening a file")
struct OpeningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let modes: [SQLiteStore.Mode] = [.readWriteCreate, .readWrite, .readOnly]

    /// Expects that opening is refused in every mode and changes nothing in the folder.
    private func expectRefusal(
        _ code: StoreError.Code, saying words: String, _ name: String = "log.db",
        modes: [SQLiteStore.Mode] = modes, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try folder.contents()
        for mode in modes {
            let error = #expect(throws: StoreError.self, sourceLocation: location) {
                _ = try SQLiteStore(path: folder.file(name), mode: mode)
            }
            #expect(error?.code == code, "\(mode): \(String(describing: error))", sourceLocation: location)
            #expect(
                error?.reason.contains(words) == true, "\(mode): \(String(describing: error))",
                sourceLocation: location)
            #expect(try folder.contents() == before, "\(mode)", sourceLocation: location)
        }
    }

    @Test(arguments: [
        Data("x".utf8), Data("Dear Ana,\n".utf8), Data(repeating: 0xA5, count: 10_000),
        Data("SQLite format 2\0".utf8) + Data(repeating: 0, count: 5000),
    ])
    func `a file that is no database is refused`(bytes: Data) throws {
        try bytes.write(to: URL(fileURLWithPath: folder.file()))
        try expectRefusal(.corrupt, saying: "\(folder.file()): the file is not a SQLite database")
    }

    @Test(arguments: [
        "CREATE TABLE notes (text); INSERT INTO notes VALUES ('keep me')",
        "PRAGMA journal_mode = WAL; CREATE TABLE notes (text); INSERT INTO notes VALUES ('keep me')",
        "PRAGMA application_id = 7",
    ])
    func `a database of another program is refused`(content: String) throws {
        try PlainDatabase(folder.file()).run(content)
        try expectRefusal(.corrupt, saying: "database of another program")
    }

    @Test func `a file of a newer version is refused`() throws {
        _ = try folder.store()
        let newer = Migrations.all.count + 1
        try PlainDatabase(folder.file()).run(
            "INSERT INTO migrations (version, name, sha256) VALUES (\(newer), 'later', 'unheard of')")
        try expectRefusal(.schemaTooNew, saying: "newer version of Holdfast (schema \(newer)")
    }

    @Test func `a newer version that runs is not disturbed`() throws {
        _ = try folder.store()
        let newer = try PlainDatabase(folder.file())
        try newer.run("INSERT INTO migrations (version, name, sha256) VALUES (99, 'later', 'unheard of')")
        func copies() throws -> [Data?] {
            // By another process, because closing the file in this one would drop the locks of SQLite.
            try ["log.db", "log.db-wal"].map { name in
                try ChildProcess.run("/bin/cp", [folder.file(name), folder.file("copy")])
                return FileManager.default.contents(atPath: folder.file("copy"))
            }
        }
        let before = try copies()
        #expect(before[1]?.isEmpty == false)
        #expect(throws: StoreError.self) { _ = try folder.store() }
        #expect(try copies() == before)
        #expect(try newer.value("SELECT max(version) FROM migrations") == "99")
    }

    @Test func `an empty file and an empty database become a log`() throws {
        try Data().write(to: URL(fileURLWithPath: folder.file("empty.db")))
        try PlainDatabase(folder.file("vacuumed.db")).run(
            "PRAGMA auto_vacuum = NONE; CREATE TABLE gone (a); DROP TABLE gone; VACUUM")
        for name in ["empty.db", "vacuumed.db"] {
            try expectRefusal(.corrupt, saying: "opened for writing once", name, modes: [.readOnly])
            #expect(try folder.store(name).headPosition() == .beginning)
            #expect(try PlainDatabase(folder.file(name)).value("PRAGMA auto_vacuum") == "2")
        }
    }

    @Test func `a folder, a missing folder and what is no ordinary file are refused`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("inner"), withIntermediateDirectories: false)
        try expectRefusal(.unavailable, saying: "is a folder; name a file in it", "inner")
        try expectRefusal(
            .unavailable, saying: "the folder \(folder.file("missing")) does not exist", "missing/log.db",
            modes: [.readWriteCreate])
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
        try expectRefusal(
            .unavailable, saying: "is a file, not a folder", "file/log.db", modes: [.readWriteCreate])
        try ChildProcess.run("/usr/bin/mkfifo", [folder.file("pipe")])
        for mode in Self.modes {
            let error = #expect(throws: StoreError.self) {
                _ = try SQLiteStore(path: folder.file("pipe"), mode: mode)
            }
            #expect(error?.reason.contains("not an ordinary file") == true)
        }
    }

    @Test func `a missing file is created only when that was asked for`() throws {
        try expectRefusal(.unavailable, saying: "there is no file", modes: [.readWrite, .readOnly])
        #expect(try folder.names().isEmpty)
        _ = try SQLiteStore(path: folder.file(), mode: .readWriteCreate)
        _ = try SQLiteStore(path: folder.file(), mode: .readWrite)
        _ = try SQLiteStore(path: folder.file(), mode: .readOnly)
    }

    @Test(arguments: ["", ":memory:", "a\0b"])
    func `a path that names no file is refused`(path: String) {
        let error = #expect(throws: StoreError.self) { _ = try SQLiteStore(path: path) }
        #expect(error?.code == .unavailable)
    }

    @Test(arguments: ["a b%20ü?mode=memory#x.db", "file:log.db?mode=memory", "-log.db", "'; DROP TABLE x.db"])
    func `nothing in a path has a meaning of its own`(name: String) throws {
        let store = try folder.store(name)
        #expect(store.path == folder.file(name))
        #expect(try folder.names().contains(name))
    }

    @Test func `a link leads to the file, and all companions stand beside that`() throws {
        let inner = folder.file("inner")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"), withDestinationPath: inner + "/log.db")
        let store = try folder.store("link.db")
        #expect(store.path == inner + "/log.db")
        #expect(store.identity == (try folder.store("inner/log.db").identity))
        try store.announce("engine-1")
        #expect(try folder.store("inner/log.db").isProvedDead("engine-1") == false)
        #expect(try folder.names() == ["inner", "link.db"])
    }

    @Test func `damage is found when opening checks for it`() async throws {
        try await SampleLog.with(try folder.store()) { try await $0.lives(jobs: 30, rounds: 100, seed: 3) }
        let plain = try PlainDatabase(folder.file())
        try plain.run("PRAGMA wal_checkpoint(TRUNCATE)")
        let root = try plain.value("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs_list'")
        let page = try #require(Int(root ?? "")) - 1
        try ChildProcess.run("/bin/cp", [folder.file(), folder.file("copy.db")])
        let file = URL(fileURLWithPath: folder.file("copy.db"))
        var bytes = try Data(contentsOf: file)
        // The beginning of the page, which opening does not look at by itself.
        bytes.replaceSubrange((page * 4096)..<(page * 4096 + 40), with: Data(repeating: 0xEE, count: 40))
        try bytes.write(to: file)
        _ = try folder.store("copy.db")
        let error = #expect(throws: StoreError.self) {
            _ = try folder.store("copy.db") { $0.checksOnOpen = true }
        }
        #expect(error?.code == .corrupt)
        #expect(error?.reason.contains("restore a backup") == true)
    }
}
