import HoldfastStore

extension Connection {
    /// Takes the lock that leaves no room for any other connection, and removes what stands beside the file.
    ///
    /// - Throws: `StoreError` with the code `busy` when another connection has the file open, in this process or another.
    func takeAlone() throws(StoreError) {
        let operation = "look for others"
        try execute("PRAGMA locking_mode = EXCLUSIVE", for: operation)
        _ = try values("PRAGMA journal_mode = DELETE", for: operation)
        // A file that had no write-ahead log is not locked by that.
        try execute("BEGIN EXCLUSIVE; COMMIT", for: operation)
    }

    /// Lets nobody take the file for a log any more who waited for its lock while another one took its place.
    func disown() throws(StoreError) {
        let operation = "let go of the old file"
        // A journal on the disk would have the name of the new file's.
        try execute("PRAGMA journal_mode = MEMORY", for: operation)
        try execute("PRAGMA application_id = 0", for: operation)
    }
}
