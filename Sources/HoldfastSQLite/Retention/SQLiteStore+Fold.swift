public import HoldfastStore

extension SQLiteStore: FoldingStorage {
    /// Folds the write-ahead log back as far as it goes without waiting for anybody: <https://www.sqlite.org/wal.html#ckpt>.
    public func foldAhead() throws(StoreError) {
        _ = try openForReading().values("PRAGMA wal_checkpoint(PASSIVE)", for: "fold the write-ahead log")
    }
}
