package import HoldfastStore
import SQLiteMigrations

/// What a database file tells of itself, whether this program could open it as a log or not.
package struct FileInspection: Hashable, Sendable {
    /// How thoroughly a file is looked through for damage.
    package enum Depth: Hashable, Sendable {
        /// Every page, which takes about a second for each GiB.
        case quick
        /// Every page, and every index against its table, which takes many times as long.
        case whole
    }

    /// A setting of SQLite that was read back.
    package struct Setting: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// What it has to be.
        package let expected: String
        /// What SQLite said; nil for nothing.
        package let answer: String?

        /// Puts the values together.
        package init(name: String, expected: String, answer: String?) {
            self.name = name
            self.expected = expected
            self.answer = answer
        }
    }

    /// The settings of the file and of a connection that reads it.
    package var settings: [Setting]
    /// The length of a page in bytes.
    package var pageBytes: Int64
    /// The number of pages, and how many of them nothing is in.
    package var pages, freePages: Int64
    /// The version of the schema that the file has, and the newest that this program knows.
    package var schema, newestSchema: Int
    /// What SQLite found damaged, at most ten sentences.
    package var damage: [String]

    /// Puts the values together.
    package init(
        settings: [Setting], pageBytes: Int64, pages: Int64, freePages: Int64, schema: Int,
        newestSchema: Int, damage: [String]
    ) {
        self.settings = settings
        (self.pageBytes, self.pages, self.freePages) = (pageBytes, pages, freePages)
        (self.schema, self.newestSchema) = (schema, newestSchema)
        self.damage = damage
    }
}

extension SQLiteStore {
    /// Looks into a file that is there, without changing it; a server may have it open.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - depth: How thoroughly it is looked through for damage.
    /// - Returns: What it tells of itself.
    /// - Throws: `StoreError` when it cannot be read or is no log of Holdfast.
    package static func inspect(
        _ path: String, _ depth: FileInspection.Depth
    ) throws(StoreError) -> FileInspection {
        let file = try DatabaseFile(path)
        try file.check(creating: false)
        do throws(StoreError) {
            let connection = try Connection(path: file.path, access: .read)
            connection.setPatience(SQLiteOptions().busyTimeout)
            let found = try connection.reading { () throws(StoreError) in try connection.identifyFile() }
            guard found.isOurs else { throw strangerError(found) }
            return try connection.inspectFile(depth, newestSchema: Migrations.all.count)
        } catch {
            throw file.explaining(error, writing: false)
        }
    }
}
