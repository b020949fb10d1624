import Dispatch

extension EventLog {
    /// Writes the store anew, as `ScrubbedStorage.scrub` says, on a thread of its own.
    ///
    /// - Returns: Whether every trace is gone; true for a store that leaves none.
    /// - Throws: `StoreError`.
    public func scrub() async throws -> Bool {
        guard let store = backend as? any ScrubbedStorage else { return true }
        return try await withCheckedThrowingContinuation { continuation in
            DedicatedThread.start(in: DispatchGroup()) {
                continuation.resume(with: Result { try store.scrub() })
            }
        }
    }
}
