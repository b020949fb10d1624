import HoldfastCore
import HoldfastStore
import Logging

extension JobEngine {
    /// Writes, and tries again while the store fails in a way that may pass (P11).
    ///
    /// - Throws: As `waitingForStore` does.
    func persist<Result: Sendable>(
        _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        try await waitingForStore(.write) { try await self.log.write(body) }
    }

    /// Reads, and tries again while the store fails in a way that may pass (P11).
    ///
    /// - Throws: As `waitingForStore` does.
    func fetch<Result: Sendable>(
        _ body: @escaping @Sendable (any StorageReader) throws -> Result
    ) async throws -> Result {
        try await waitingForStore(.read) { try await self.log.read(body) }
    }

    /// Does something with the store, again and again while it fails in a way that may pass.
    ///
    /// - Throws: What `body` throws, `CancellationError` when the task is cancelled while waiting, or a
    ///   `StoreError` that does not pass.
    func waitingForStore<Result: Sendable>(
        _ purpose: StoreCall.Purpose, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        while true {
            let call = registry.beginCall(purpose)
            do {
                let result = try await body()
                if registry.endCall(call, failure: nil) { logger.notice("The store works again") }
                return result
            } catch let error as StoreError where error.isRetryable {
                metrics?.storeFailed(purpose)
                // Said once, not with each try: a full disk may stay full for days.
                if registry.endCall(call, failure: error.description) {
                    logger.error(
                        "The store fails; trying again until it works", metadata: ["error": "\(error)"])
                }
                try await environment.sleep(configuration.storeRetryInterval)
            }
        }
    }
}
