import Foundation
import HoldfastSQLite

/// A folder of one test, removed with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/holdfast-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A path in the folder.
    func file(_ name: String = "log.db") -> String { path + "/" + name }

    /// The names of what is in the folder, in order.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// The bytes of all files in the folder, by their names; nothing may have them open.
    ///
    /// What SQLite leaves beside a file that it only read is left out: an index of the write-ahead log, and an empty
    /// such log.
    func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try names() where !name.hasSuffix("-shm") {
            let bytes = FileManager.default.contents(atPath: file(name)) ?? Data()
            if !(name.hasSuffix("-wal") && bytes.isEmpty) { contents[name] = bytes }
        }
        return contents
    }

    /// A store in the folder, whose commits do not wait for the disk: no test can cut the power.
    func store(
        _ name: String = "log.db", _ configure: (inout SQLiteOptions) -> Void = { _ in }
    ) throws -> SQLiteStore {
        var options = SQLiteOptions()
        options.durability = .normal
        configure(&options)
        return try SQLiteStore(path: file(name), options: options)
    }
}
