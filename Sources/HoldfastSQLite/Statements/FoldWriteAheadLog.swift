import HoldfastStore

extension Connection {
    /// Folds the write-ahead log back into the database and cuts it to nothing, unless somebody is in the way.
    ///
    /// The long part, copying pages, blocks nobody. Only the cut takes the write lock, for a moment: it never waits
    /// for a reader, because whoever writes would wait with it.
    ///
    /// - Returns: False when somebody was in the way.
    /// - Throws: `StoreError` when pages cannot be copied.
    func foldWriteAheadLog() throws(StoreError) -> Bool {
        let operation = "fold the write-ahead log"
        return try withoutPatience { () throws(StoreError) in
            _ = try values("PRAGMA wal_checkpoint(PASSIVE)", for: operation)
            return try values("PRAGMA wal_checkpoint(TRUNCATE)", for: operation).first == "0"
        }
    }
}
