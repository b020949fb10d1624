/// A store that writes to a log of its own first, which somebody has to fold into the rest now and then.
public protocol FoldingStorage: StorageBackend {
    /// Folds in what nobody reads any more, while others go on to write.
    ///
    /// Whoever writes much calls it in between, so that no commit of others has to do that.
    ///
    /// - Throws: `StoreError`.
    func foldAhead() throws(StoreError)
}

extension EventLog {
    /// Folds in what was written, as `FoldingStorage` says; a store that needs none of it does nothing.
    ///
    /// - Throws: `StoreError`.
    package func foldAhead() async throws {
        guard let store = backend as? any FoldingStorage else { return }
        try await DedicatedThread.run { try store.foldAhead() }
    }
}
