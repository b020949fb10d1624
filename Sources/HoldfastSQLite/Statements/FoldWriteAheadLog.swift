import HoldfastStore

extension Connection {
    /// Folds the write-ahead log back into the database and cuts it to nothing, if nobody is in the way.
    ///
    /// The long part, copying pages, blocks no writer; only the cut takes the write lock, for a moment.
    func foldWriteAheadLog() throws(StoreError) {
        _ = try values("PRAGMA wal_checkpoint(PASSIVE)", for: "fold the write-ahead log")
        _ = try values("PRAGMA wal_checkpoint(TRUNCATE)", for: "fold the write-ahead log")
    }
}
