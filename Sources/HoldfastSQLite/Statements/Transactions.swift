import HoldfastStore

// The ends of transactions.
extension Connection {
    /// Begins a transaction that holds the write lock, so that no later statement of it can meet another
    /// writer.
    ///
    /// In a transaction of the caller's, which holds the lock already, it marks a place.
    func beginImmediate() throws(StoreError) {
        try statement(isBorrowed ? #"SAVEPOINT holdfast"# : #"BEGIN IMMEDIATE"#, for: "begin").run()
    }

    /// Makes the transaction durable, as the connection's settings say.
    func commitTransaction() throws(StoreError) {
        try statement(isBorrowed ? #"RELEASE holdfast"# : #"COMMIT"#, for: "commit").run()
    }

    /// Gives the transaction up, if one is open; a full disk may have ended it already.
    ///
    /// It cannot fail in a way that matters: where it does, the next `BEGIN` says so.
    func rollbackTransaction() {
        guard isInTransaction else { return }
        do throws(StoreError) {
            if isBorrowed {
                try statement(#"ROLLBACK TO holdfast"#, for: "roll back").run()
                try statement(#"RELEASE holdfast"#, for: "roll back").run()
            } else {
                try statement(#"ROLLBACK"#, for: "roll back").run()
            }
        } catch {
            // The failure is not swallowed: the transaction is still open, so the next one is refused.
            return
        }
    }

    /// Begins a transaction that sees the file as it is at its first query, until it is rolled back.
    func beginReading() throws(StoreError) { try statement(#"BEGIN"#, for: "begin to read").run() }

    /// Runs several queries on one moment of the file.
    func reading<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try beginReading()
        do throws(StoreError) {
            let result = try body()
            try statement(#"COMMIT"#, for: "end reading").run()
            return result
        } catch {
            rollbackTransaction()
            throw error
        }
    }
}
