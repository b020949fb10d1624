public import HoldfastStore

extension SQLiteStore: ScrubbedStorage {
    /// Writes the file anew and cuts the write-ahead log to nothing, as `ScrubbedStorage` says.
    ///
    /// Pages that are free, and the free places within pages, keep what stood there until something else is written there:
    /// <https://www.sqlite.org/lang_vacuum.html>.
    public func scrub() throws(StoreError) -> Bool {
        let connection = try openForWriting()
        try connection.execute("VACUUM", for: "write the file anew")
        // Patient: readers of a moment are waited for.
        let operation = "cut the write-ahead log"
        return try connection.values("PRAGMA wal_checkpoint(TRUNCATE)", for: operation).first == "0"
    }
}
