import HoldfastCore
package import HoldfastEngine

/// Takes inventory as a durable job: killed at any moment, it goes on behind the last chunk that was
/// recorded.
///
/// The steps are `count` once, then `hash` once for each chunk of files, then `summarise`. The result of a
/// `hash` step is
/// the cursor behind it, which is all that the next one needs; so a crash costs at most the chunk that was
/// running, and
/// that chunk gives the same lines again. File work runs on a thread of its own and ends soon after the job
/// was
/// cancelled: within a read of 256 KiB.
package struct InventoryHandler: JobHandler {
    /// The number of files in a chunk where nothing else is said.
    package static let standardChunkSize = 200

    private let chunkSize: Int

    /// Makes a handler.
    ///
    /// - Parameter chunkSize: How many files one step deals with, at least 1. Changing it between two runs of
    ///   a job is
    ///   harmless.
    package init(chunkSize: Int = standardChunkSize) {
        self.chunkSize = max(1, chunkSize)
    }

    /// Takes the inventory that the job asks for.
    ///
    /// - Throws: `NotRetryable` around an `InventoryError` that another attempt cannot mend, such as a
    ///   directory that is
    /// missing or an output that cannot be written; other `InventoryError`s, such as a full disk, are
    /// retried.
    package func run(_ job: InventoryJob, _ context: JobContext) async throws -> InventorySummary {
        do {
            return try await takeStock(Inventory(root: job.path, output: job.output), context)
        } catch let error as InventoryError where !error.isRetryable {
            throw NotRetryable(error)
        }
    }

    private func takeStock(_ inventory: Inventory, _ context: JobContext) async throws -> InventorySummary {
        let total = try await context.step("count") {
            context.progress(phase: "counting")
            try await inventory.checkPaths()
            let total = try await inventory.count()
            await context.log(
                .info,
                "found \(total.files) files with \(total.bytes) bytes in \(total.directories) directories")
            return total
        }
        var cursor = ChunkCursor()
        while !cursor.isComplete {
            let last = cursor
            // A result that comes from the log was reported when it was made.
            var isFresh = false
            cursor = try await context.step("hash") {
                isFresh = true
                return try await hashChunk(after: last, of: inventory, context)
            }
            if isFresh { report(cursor, of: total, context) }
        }
        return try await context.step("summarise") {
            let summary = try await inventory.summary(of: cursor)
            await context.log(
                .info, "wrote \(summary.files) lines; \(summary.unreadable) paths could not be read")
            return summary
        }
    }

    /// Hashes the next files, and logs what it meets at the time it meets it.
    private func hashChunk(
        after cursor: ChunkCursor, of inventory: Inventory, _ context: JobContext
    ) async throws -> ChunkCursor {
        let (notices, continuation) = AsyncStream<InventoryNotice>.makeStream()
        async let logged: Void = log(notices, context)
        // Also when the chunk fails: leaving the scope waits for the logging to end.
        defer { continuation.finish() }
        let reached = try await inventory.nextChunk(after: cursor, limit: chunkSize) { notice in
            if case .hashed = notice { return }
            continuation.yield(notice)
        }
        continuation.finish()
        // Lines about a chunk stand before its result in the log.
        await logged
        return reached
    }

    private func log(_ notices: AsyncStream<InventoryNotice>, _ context: JobContext) async {
        for await notice in notices {
            switch notice {
            case .entered(let directory):
                await context.log(
                    .info,
                    "entered \(directory.path): \(directory.files) files, \(directory.directories) directories"
                )
            case .skipped(let warning):
                await context.log(.warning, "\(warning)", metadata: ["reason": warning.reason.rawValue])
            case .hashed:
                break
            }
        }
    }

    private func report(_ cursor: ChunkCursor, of total: TreeCount, _ context: JobContext) {
        // The tree may have grown since it was counted.
        let files = cursor.isComplete ? cursor.visited : max(total.files, cursor.visited)
        context.progress(
            cursor.visited, of: files, phase: "hashing",
            counters: [
                "bytes": cursor.bytes, "directories": Int64(cursor.directories),
                "unreadable": Int64(cursor.errors),
            ])
    }
}
