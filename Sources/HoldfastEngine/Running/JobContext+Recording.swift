import HoldfastCore
import HoldfastStore

// What is written under the lease of a run beside single commands.
extension JobContext {
    /// Runs a part of a transaction behind everything that was said before, and returns once it is durable.
    ///
    /// A store that fails for a while is waited for.
    ///
    /// - Throws: `CancellationError` when the lease was lost, and what `body` throws.
    func recordTogether<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        try await orRetire {
            try await self.engine.waitingForStore(.write) { try await self.writeInOrder(body) }
        }
    }

    /// Runs a part of a transaction that is no event, and returns once it is durable.
    ///
    /// - Throws: As `recordTogether`.
    func underLease<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        try await orRetire { try await self.engine.persist(body) }
    }

    private func orRetire<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch JobRejection.leaseLost {
            retire()
            throw CancellationError()
        }
    }

    private func writeInOrder<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        while true {
            let turn = notes.flush(withProgress: false)
            do {
                return try await engine.log.write { [notes] transaction in
                    try notes.inOrder(turn) { try body(transaction) }
                }
            } catch is NotesCameBack {
                // They go first, and this is given to the writer again.
                continue
            }
        }
    }
}
