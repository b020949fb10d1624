public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// The files that a job keeps so far, ordered by the bytes of their names.
    ///
    /// It does not matter whether the job runs, waits or has ended, and how.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    public func artifacts(of job: JobID) async throws -> [ArtifactRecord] {
        try await log.read { reader in
            let records = try reader.allArtifacts(of: job)
            if records.isEmpty, try reader.job(job) == nil { throw JobRejection.unknownJob }
            return records
        }
    }

    /// The file that a job keeps under a name; nil when there is none.
    ///
    /// - Throws: `StoreError`.
    public func artifact(_ name: ArtifactName, of job: JobID) async throws -> ArtifactRecord? {
        try await log.read { try $0.artifact(name, of: job) }
    }

    /// The bytes of a file, read chunk by chunk as they are taken.
    ///
    /// - Parameters:
    ///   - record: The file.
    ///   - offset: The first byte to read, counted from 0.
    /// - Returns: The chunks in order; each iteration begins at the offset.
    public func content(of record: ArtifactRecord, from offset: Int64 = 0) -> ArtifactContent {
        ArtifactContent(engine: self, saved: record.saved, offset: max(0, offset))
    }

    /// Removes an upload piece by piece from its end, so that other writers need not wait for all of it.
    func remove(_ unfinished: UnfinishedUpload) async throws {
        let piece = Int64(max(1, log.configuration.artifactChunkBytes)) * 16
        let upload = unfinished.upload
        var end = unfinished.bytes
        repeat {
            let start = max(0, (end - 1) / piece * piece)
            try await persist { $0.remove(upload, from: start) }
            end = start
        } while end > 0
    }
}

/// The bytes of an artifact as chunks of at most 256 KiB (as they were written), in order.
///
/// Nothing is held open between two chunks.
public struct ArtifactContent: AsyncSequence, Sendable {
    /// Some bytes, at least one.
    public typealias Element = [UInt8]

    fileprivate let engine: JobEngine
    fileprivate let saved: ArtifactSaved
    fileprivate let offset: Int64

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(content: self, offset: offset) }

    /// Reads one chunk after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let content: ArtifactContent
        fileprivate var offset: Int64

        /// The next chunk; nil at the end.
        ///
        /// - Throws: `StoreError`, with the code `corrupt` when the store has lost bytes.
        public mutating func next() async throws -> [UInt8]? {
            let (saved, start) = (content.saved, offset)
            guard start < saved.bytes else { return nil }
            let chunk = try await content.engine.log.read { try $0.blob(saved.sha256, from: start) }
            guard let chunk, !chunk.isEmpty else {
                throw StoreError(
                    .corrupt, operation: "read an artifact",
                    reason: "bytes of \(saved.sha256) from \(start) on are missing")
            }
            offset += Int64(chunk.count)
            return chunk
        }
    }
}

extension StorageReader {
    /// The files that a job keeps, read in pages.
    func allArtifacts(of job: JobID) throws(StoreError) -> [ArtifactRecord] {
        var records: [ArtifactRecord] = []
        while true {
            let page = try artifacts(of: job, after: records.last?.name, limit: 500)
            records += page
            if page.count < 500 { return records }
        }
    }
}
