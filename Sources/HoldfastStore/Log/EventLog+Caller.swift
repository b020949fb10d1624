import HoldfastCore
import Synchronization

extension EventLog {
    /// Runs a command in a transaction that the caller opened on a connection of its own, and commits or rolls back.
    ///
    /// Everything is read inside that transaction, never from what the log remembers. What is written is durable, and
    /// noticed by the log's followers, when the caller has committed. When it throws, nothing of the command remains, and
    /// the transaction is still open unless the database itself gave it up, as it does when the disk is full.
    ///
    /// - Parameters:
    ///   - connection: A raw connection of the store's own database library, with the log's file open as `main`.
    ///   - body: Runs on this thread.
    /// - Returns: What `body` returned.
    /// - Throws: `CallerTransactionRejection` before anything is written; what `body` throws; `StoreError`.
    public func write<Result>(
        inTransactionOf connection: OpaquePointer, _ body: (LogTransaction) throws -> Result
    ) throws -> Result {
        guard !configuration.isReadOnly else { throw LogIsReadOnly() }
        guard let backend = backend as? any CallerTransactions else {
            throw CallerTransactionRejection.unsupported
        }
        guard !isClosed.withLock({ $0 }) else {
            throw StoreError(.closed, operation: "write", reason: "the log is closed")
        }
        let transaction = LogTransaction(
            writer: try backend.borrowWriter(connection), configuration: configuration,
            environment: environment)
        _ = try transaction.begin()
        do {
            let result = try transaction.run(body)
            _ = try transaction.commit()
            return result
        } catch {
            transaction.abandon()
            throw (error as? SharedTransactionSpoiled)?.cause ?? error
        }
    }
}
