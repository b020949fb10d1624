import HoldfastStore

/// What a SQLite file says about whose it is.
struct FileIdentification {
    /// `Hfst` in ASCII, kept in the header of the file; `file FILE` shows it.
    static let applicationID = 0x4866_7374

    /// The number in the header; 0 when nobody set one.
    let applicationID: Int
    /// The number of tables, indexes, views and triggers.
    let objects: Int

    /// Tells whether nothing was ever put into the file.
    var isEmpty: Bool { applicationID == 0 && objects == 0 }
    /// Tells whether the file is a log of Holdfast.
    var isOurs: Bool { applicationID == FileIdentification.applicationID }
}

extension Connection {
    /// Reads whose file it is, without changing anything; it runs within a transaction.
    func identifyFile() throws(StoreError) -> FileIdentification {
        let operation = "open"
        let number = try values("PRAGMA application_id", for: operation).first.flatMap { Int($0) }
        let objects = try values("SELECT count(*) FROM sqlite_schema", for: operation).first.flatMap {
            Int($0)
        }
        return FileIdentification(applicationID: number ?? 0, objects: objects ?? 0)
    }

    /// Gives an empty file the properties that it can only get before its first table.
    func prepareEmptyFile() throws(StoreError) {
        let operation = "create"
        try execute("PRAGMA auto_vacuum = INCREMENTAL", for: operation)
        try useWriteAheadLog()
        // A file that another program made without content keeps its old mode until it is rewritten.
        guard try values("PRAGMA auto_vacuum", for: operation).first != "2" else { return }
        try execute("VACUUM", for: operation)
        guard try values("PRAGMA auto_vacuum", for: operation).first == "2" else {
            throw StoreError(
                .constraint, operation: operation, reason: "SQLite ignored auto_vacuum=INCREMENTAL")
        }
    }

    /// Puts the file into WAL mode, which stays with it.
    func useWriteAheadLog() throws(StoreError) {
        let operation = "open"
        let mode = try values("PRAGMA journal_mode", for: operation).first
        guard mode != "wal" else { return }
        let answer = try patiently { () throws(StoreError) in
            try values("PRAGMA journal_mode = WAL", for: operation).first
        }
        guard answer == "wal" else {
            throw StoreError(
                .unavailable, operation: operation,
                reason: "SQLite cannot keep a write-ahead log here (it chose \(answer ?? "nothing"));"
                    + " network file systems lack what it needs, so use a local disk")
        }
    }
}
