/// What a backend can do for programs that keep tables of their own beside the log.
public protocol CallerTransactions: StorageBackend {
    /// Takes a connection of the caller's, to write in the transaction that is open on it.
    ///
    /// The writer neither begins nor ends that transaction: its `begin` marks a place in it, its `rollback` goes back to
    /// that place, and its `commit` leaves what was written to whatever becomes of the transaction. It is used on the
    /// caller's thread, and the connection must not be used by anybody else meanwhile.
    ///
    /// - Throws: `CallerTransactionRejection` when the connection does not fit, `StoreError`. Nothing was written then.
    func borrowWriter(_ connection: OpaquePointer) throws -> any StorageWriter
}

/// Why nothing can be written in a transaction of the caller's.
///
/// Nothing was written, and the transaction is as it was.
public enum CallerTransactionRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// The store has no connections of callers.
    case unsupported
    /// The connection was made by another copy of the database library than the store uses.
    case otherLibrary
    /// The connection has another file open than the log's; its path.
    case otherFile(String)
    /// No transaction is open on the connection.
    case noTransaction
    /// The transaction only reads so far: it could fail at any later write, because others may write before it.
    case notWriting

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .unsupported: "this store cannot write in a transaction of the caller's"
        case .otherLibrary:
            "the connection is of another copy of SQLite; a process that opens one file with two copies loses data, so "
                + "link the same libsqlite3 everywhere"
        case .otherFile(let path):
            "the connection has \"\(path)\" open as its main database, which is not the file of this log"
        case .noTransaction: "no transaction is open on the connection; begin an immediate one"
        case .notWriting: "the transaction does not hold the write lock; begin it as an immediate one"
        }
    }
}
