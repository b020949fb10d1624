import Synchronization

/// Makes a manifest of a directory tree: path, size and SHA-256 of every regular file, chunk by
/// chunk.
///
/// All that must outlive a crash is the `ChunkCursor` that each chunk returns. Given the last
/// recorded cursor, the next chunk repairs the manifest and continues exactly behind it; the same
/// tree then gives the same manifest, byte for byte, wherever and however often the process died.
/// Chunks of one inventory must not overlap. Keep one value for a whole run: it remembers the
/// directories it has listed, where a new one has to list those on the way again.
///
/// The functions here block their thread; those in `Inventory+Concurrency.swift` do not.
package final class Inventory: Sendable {
    /// Keeps the walk where a chunk left it, so that the next chunk need not list its directories
    /// again.
    private struct ParkedWalk: Sendable {
        let walker: TreeWalker
        let cursor: ChunkCursor
    }

    /// Holds the directory to walk, as given.
    package let root: String
    /// Holds the path of the manifest, as given.
    package let output: String
    let thread = FileThread(name: "holdfast.inventory")
    private let parked = Mutex<ParkedWalk?>(nil)

    /// Names a tree and the file to write.
    ///
    /// Nothing is touched yet. Relative paths are relative to the working directory of the process,
    /// also after a restart; an older manifest at `output` will be replaced, any other file there refused. If the output
    /// lies in the tree it is left out of itself.
    /// - Throws: `invalidPath`.
    package init(root: String, output: String) throws(InventoryError) {
        for path in [root, output] where path.isEmpty || path.utf8.contains(0) { throw .invalidPath(path) }
        self.root = root
        self.output = output
    }

    /// Counts the tree's files and bytes, which takes a fraction of the time of hashing them.
    ///
    /// - Throws: `InventoryError` of the root or the output's directory, and whatever
    ///   `checkCancellation` throws.
    package func count(checkCancellation: () throws -> Void) throws -> TreeCount {
        try TreeCount(try walker(after: nil), checkCancellation: checkCancellation)
    }

    /// Hashes the next files and appends them to the manifest.
    ///
    /// Returns after the lines are on disk, so the cursor may be recorded at once. Until then
    /// nothing in the manifest is changed but what lies behind `cursor.manifestBytes`; repeating a
    /// chunk with the same cursor is safe. Memory grows with the lines of one chunk.
    /// - Parameters:
    ///   - cursor: The result of the chunk before, or a new cursor.
    ///   - limit: How many files to deal with, readable or not; at least 1.
    ///   - checkCancellation: Called before each read of at most 256 KiB, and before the manifest
    ///     is touched.
    ///   - notice: Called for each directory, file and warning.
    /// - Returns: The cursor for the next chunk. It is complete when the tree came to its end
    ///   before the limit.
    /// - Throws: `InventoryError`, and whatever `checkCancellation` throws.
    package func nextChunk(
        after cursor: ChunkCursor, limit: Int = 200, checkCancellation: () throws -> Void,
        notice: (InventoryNotice) -> Void
    ) throws -> ChunkCursor {
        precondition(limit > 0, "A chunk holds at least one file.")
        if cursor.isComplete { return cursor }
        var walker = try takeWalk(at: cursor) ?? walker(after: cursor.after)
        let manifest = try Manifest(path: output, recorded: cursor.manifestBytes)
        var chunk = Chunk(from: cursor)
        try chunk.fill(from: &walker, limit: limit, checkCancellation: checkCancellation, notice: notice)
        try checkCancellation()
        chunk.cursor.manifestBytes = try manifest.append(chunk.lines)
        let reached = chunk.cursor
        let walk = ParkedWalk(walker: walker, cursor: reached)
        parked.withLock { $0 = reached.isComplete ? nil : walk }
        return reached
    }

    /// Sums up a complete inventory, and hashes its manifest.
    ///
    /// - Throws: `incomplete`, `manifestChanged` when the file is not as long as the cursor says,
    ///   other `InventoryError`s of the output, and whatever `checkCancellation` throws.
    package func summary(
        of cursor: ChunkCursor, checkCancellation: () throws -> Void
    ) throws -> InventorySummary {
        guard cursor.isComplete else { throw InventoryError.incomplete }
        let hash = try Manifest.hash(
            of: output, recorded: cursor.manifestBytes, checkCancellation: checkCancellation)
        return InventorySummary(
            files: cursor.files, bytes: cursor.bytes, unreadable: cursor.errors,
            directories: cursor.directories, manifest: output, manifestSHA256: hash)
    }

    private func walker(after path: BytePath?) throws(InventoryError) -> TreeWalker {
        try TreeWalker(root: root, after: path, excluding: try OutputLocation(of: output))
    }

    /// Takes the parked walk if it stands exactly there; a chunk that fails leaves none behind.
    private func takeWalk(at cursor: ChunkCursor) -> TreeWalker? {
        let walk = parked.withLock { parked in
            defer { parked = nil }
            return parked
        }
        return walk?.cursor == cursor ? walk?.walker : nil
    }
}

/// Gathers the files of one chunk.
private struct Chunk {
    var cursor: ChunkCursor
    private(set) var lines: [UInt8] = []
    private var hasher = FileHasher()

    init(from cursor: ChunkCursor) {
        self.cursor = cursor
    }

    /// Hashes files until the limit or the end of the tree.
    ///
    /// It stops at the limit at once, without a look ahead: what comes between the last file of
    /// this chunk and the first of the next belongs to the next, so that every directory and every
    /// warning is counted in one chunk only.
    mutating func fill(
        from walker: inout TreeWalker, limit: Int, checkCancellation: () throws -> Void,
        notice: (InventoryNotice) -> Void
    ) throws {
        let end = cursor.visited + limit
        while cursor.visited < end {
            try checkCancellation()
            switch try walker.next() {
            case .none:
                cursor.isComplete = true
                return
            case .directory(let directory):
                cursor.directories += 1
                notice(.entered(directory))
            case .skipped(let warning):
                cursor.errors += 1
                notice(.skipped(warning))
            case .file(let file):
                cursor.visited += 1
                cursor.after = file.relative
                switch try hasher.hash(file, checkCancellation: checkCancellation) {
                case .hashed(let entry):
                    cursor.files += 1
                    cursor.bytes += entry.size
                    lines += entry.line
                    notice(.hashed(entry))
                case .unreadable(let warning):
                    cursor.errors += 1
                    notice(.skipped(warning))
                }
            }
        }
    }
}
