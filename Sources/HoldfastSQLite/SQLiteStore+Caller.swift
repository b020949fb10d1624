public import HoldfastStore

// What programs need that keep tables of their own in the file of the log.
extension SQLiteStore: CallerTransactions {
    /// Takes a connection of the caller's (a `sqlite3 *`), to write in the transaction that is open on it.
    ///
    /// - Parameter connection: A connection of the same libsqlite3 with this file open as `main`, used by nobody else
    ///   meanwhile. Its settings stay as they are: its own `synchronous` decides what its commit survives.
    /// - Returns: A writer that neither begins nor commits.
    /// - Throws: `CallerTransactionRejection` when it does not fit; `StoreError` with the code `readOnly` when the store
    ///   was opened for reading only.
    public func borrowWriter(_ connection: OpaquePointer) throws -> any StorageWriter {
        guard !mode.isReadOnly else {
            throw StoreError(
                .readOnly, operation: "write in a transaction of the caller's",
                reason: "\(path) was opened for reading only")
        }
        // First of all: the functions below must not be given what another copy of the library made.
        guard !LibraryCheck.isForeign(connection) else { throw CallerTransactionRejection.otherLibrary }
        let borrowed = Connection(borrowing: connection)
        guard borrowed.path == path else { throw CallerTransactionRejection.otherFile(borrowed.path) }
        guard borrowed.isInTransaction else { throw CallerTransactionRejection.noTransaction }
        guard borrowed.isWriting else { throw CallerTransactionRejection.notWriting }
        // Another file may have taken the place of ours since the store was opened.
        guard try isThisLog(borrowed) else { throw CallerTransactionRejection.otherFile(borrowed.path) }
        return SQLiteWriter(borrowed)
    }

    private func isThisLog(_ connection: Connection) throws(StoreError) -> Bool {
        guard try connection.identifyFile().isOurs else { return false }
        return try connection.readIdentity() == identity
    }
}
