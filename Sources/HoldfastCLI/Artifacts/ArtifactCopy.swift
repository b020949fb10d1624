import HoldfastCore
import HoldfastStore

/// Copies the bytes of one artifact out of where it is kept, chunk by chunk, and compares them with their SHA-256.
struct ArtifactCopy {
    private let record: ArtifactRecord
    private let job: JobID
    private let target: any ReadingTarget

    /// Prepares to copy a file that a job keeps.
    init(_ record: ArtifactRecord, of job: JobID, from target: any ReadingTarget) {
        self.record = record
        self.job = job
        self.target = target
    }

    /// Copies to standard output, which must not be a terminal: the bytes could steer it.
    ///
    /// - Throws: `CommandFailure`, `OutputError`, `StoreError`.
    func write(to surroundings: CommandSurroundings) async throws {
        guard !surroundings.outputStyle().isTerminal else {
            throw CommandFailure(
                .usage, "the bytes of a file are not for a terminal; add a path behind --output, or a pipe")
        }
        try await forEachChunk { try surroundings.output.write(bytes: $0) }
    }

    /// Copies to a file: to one beside it first, which takes its place once it is whole.
    ///
    /// - Throws: `CommandFailure`, `StoreError`; what stood at the path stays then.
    func write(to path: String) async throws {
        try await WholeFile.write(to: path) { write in try await forEachChunk(write) }
    }

    private func forEachChunk(_ body: ([UInt8]) throws -> Void) async throws {
        var sum = SHA256Stream()
        var offset: Int64 = 0
        try await target.readContent(of: record, of: job) { chunk in
            chunk.withUnsafeBytes { sum.update($0) }
            try body(chunk)
            offset += Int64(chunk.count)
        }
        guard offset == record.bytes else { throw damaged("bytes from \(offset) on are missing") }
        guard sum.sum().hexadecimal == record.sha256 else { throw damaged("their SHA-256 is another one") }
    }

    private func damaged(_ reason: String) -> StoreError {
        StoreError(.corrupt, operation: "copy an artifact", reason: "the bytes are damaged: \(reason)")
    }
}
