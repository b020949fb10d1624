extension Inventory {
    /// Counts the tree's files and bytes on the inventory's own thread.
    ///
    /// - Throws: `InventoryError`, and `CancellationError` soon after the calling task was
    ///   cancelled.
    package func count() async throws -> TreeCount {
        try await thread.run { checkCancellation in
            try self.count(checkCancellation: checkCancellation)
        }
    }

    /// Hashes the next files and appends them to the manifest, on the inventory's own thread.
    ///
    /// - Parameters:
    ///   - cursor: The result of the chunk before, or a new cursor.
    ///   - limit: How many files to deal with, readable or not; at least 1.
    ///   - notice: Called on that thread, in the order of the walk, before this function returns.
    /// - Returns: The cursor for the next chunk, after its lines are on disk.
    /// - Throws: `InventoryError`, and `CancellationError` soon after the calling task was
    ///   cancelled: within a read of 256 KiB. The chunk can then be repeated with the same cursor.
    package func nextChunk(
        after cursor: ChunkCursor, limit: Int = 200, notice: @escaping @Sendable (InventoryNotice) -> Void
    ) async throws -> ChunkCursor {
        try await thread.run { checkCancellation in
            try self.nextChunk(
                after: cursor, limit: limit, checkCancellation: checkCancellation, notice: notice)
        }
    }

    /// Sums up a complete inventory on the inventory's own thread.
    ///
    /// - Throws: `InventoryError`, and `CancellationError` soon after the calling task was
    ///   cancelled.
    package func summary(of cursor: ChunkCursor) async throws -> InventorySummary {
        try await thread.run { checkCancellation in
            try self.summary(of: cursor, checkCancellation: checkCancellation)
        }
    }
}
