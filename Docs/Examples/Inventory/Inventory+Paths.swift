extension Inventory {
    /// Checks on the inventory's own thread that the tree can be walked and the output be written, before any
    /// work.
    ///
    /// The output is created empty where there was none; an existing one is left as it is.
    /// - Throws: `InventoryError` of the root or the output, and `CancellationError` when the calling task
    ///   was cancelled
    ///   before its turn came.
    package func checkPaths() async throws {
        try await thread.run { _ in
            _ = try TreeWalker(root: self.root, excluding: try OutputLocation(of: self.output))
            _ = try Manifest(path: self.output, recorded: 0)
        }
    }
}
