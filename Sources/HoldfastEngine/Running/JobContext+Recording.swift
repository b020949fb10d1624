import HoldfastCore
import HoldfastStore

extension JobContext {
    /// Runs a part of a transaction that is no event, under the lease of this run, and returns once it is durable.
    ///
    /// - Throws: `CancellationError` when the lease was lost, and what `body` throws.
    func underLease<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await engine.persist(body)
        } catch JobRejection.leaseLost {
            retire()
            throw CancellationError()
        }
    }
}
