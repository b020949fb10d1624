import HoldfastStore

/// What a connection has to be told, because SQLite keeps it for each connection apart.
///
/// Each setting is read back: a setting that was ignored silently is how others lost data.
struct ConnectionSettings {
    private struct Setting {
        let name: String
        let value: String
        /// What SQLite answers when it is in force.
        let answer: String

        init(_ name: String, _ value: some CustomStringConvertible, answer: String? = nil) {
            self.name = name
            self.value = value.description
            self.answer = answer ?? value.description
        }
    }

    private let options: SQLiteOptions
    private let isWriter: Bool
    private let isUnchanging: Bool

    /// Chooses the settings of a connection that writes, or of one that only reads.
    ///
    /// - Parameters:
    ///   - options: How the file is kept.
    ///   - isWriter: Whether the connection writes.
    ///   - isUnchanging: Whether the file is opened as one that nobody writes to, which has no write-ahead log then.
    init(_ options: SQLiteOptions, isWriter: Bool, isUnchanging: Bool = false) {
        self.options = options
        self.isWriter = isWriter
        self.isUnchanging = isUnchanging
    }

    private var settings: [Setting] {
        let cache = isWriter ? options.writerCacheBytes : options.readerCacheBytes
        return [
            Setting("synchronous", options.durability == .full ? "FULL" : "NORMAL", answer: synchronous),
            Setting("foreign_keys", "ON", answer: "1"),
            Setting("wal_autocheckpoint", options.autocheckpointPages),
            Setting("journal_size_limit", options.journalSizeLimit),
            // Negative: KiB instead of pages.
            Setting("cache_size", -max(1, cache / 1024)),
            Setting("temp_store", "MEMORY", answer: "2"),
            // A file that somebody prepared must not run functions of this program through its schema.
            Setting("trusted_schema", "OFF", answer: "0"),
            Setting("cell_size_check", "ON", answer: "1"),
            // Debian's default is to overwrite what is deleted; an append-only log deletes nothing that is secret.
            Setting("secure_delete", "OFF", answer: "0"),
            // So that REPLACE would ask the delete triggers as well.
            Setting("recursive_triggers", "ON", answer: "1"),
            Setting("query_only", isWriter ? "OFF" : "ON", answer: isWriter ? "0" : "1"),
        ]
    }

    private var synchronous: String { options.durability == .full ? "2" : "1" }

    /// Puts all settings in force on a file that is in WAL mode.
    ///
    /// - Throws: `StoreError` with the code `constraint` when SQLite ignored one.
    func apply(to connection: Connection) throws(StoreError) {
        let operation = "set up a connection"
        try put(connection, for: operation)
        if isWriter, let limit = options.sizeLimit {
            let pageSize = try connection.values("PRAGMA page_size", for: operation).first.flatMap {
                Int64($0)
            }
            let pages = max(1, limit / max(512, pageSize ?? 4096))
            try connection.execute("PRAGMA max_page_count = \(pages)", for: operation)
        }
        try check(connection)
    }

    /// Reads all settings back.
    func check(_ connection: Connection) throws(StoreError) {
        let operation = "check a connection"
        for (setting, answer) in try answers(of: connection, for: operation) where answer != setting.answer {
            throw StoreError(
                .constraint, operation: operation,
                reason: "SQLite ignored \(setting.name)=\(setting.value) and has \(answer ?? "nothing")")
        }
    }

    /// Puts all settings in force, and tells what SQLite says of each.
    func report(_ connection: Connection) throws(StoreError) -> [FileInspection.Setting] {
        let operation = "inspect a connection"
        try put(connection, for: operation)
        return try answers(of: connection, for: operation).map { setting, answer in
            FileInspection.Setting(name: setting.name, expected: setting.answer, answer: answer)
        }
    }

    private func put(_ connection: Connection, for operation: String) throws(StoreError) {
        for setting in settings {
            try connection.execute("PRAGMA \(setting.name) = \(setting.value)", for: operation)
        }
    }

    private func answers(
        of connection: Connection, for operation: String
    ) throws(StoreError) -> [(setting: Setting, answer: String?)] {
        var answers: [(setting: Setting, answer: String?)] = []
        for setting in settings + (isUnchanging ? [] : [Setting("journal_mode", "wal")]) {
            answers.append((setting, try connection.values("PRAGMA \(setting.name)", for: operation).first))
        }
        return answers
    }
}
