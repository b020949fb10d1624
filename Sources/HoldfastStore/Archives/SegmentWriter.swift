import HoldfastCore

/// Writes jobs into a segment: one export behind the other, compressed, and a last line that seals them.
struct SegmentWriter {
    /// How many events of each job are in it.
    private(set) var versions: [JobID: Int64] = [:]
    private let file: PartialFile
    private let gzip: GzipCompressor
    private var lines = SHA256Stream()
    private var bytes = SHA256Stream()
    private var end: SegmentEnd
    private(set) var size: Int64 = 0

    /// Begins a segment.
    ///
    /// - Parameter file: An empty file.
    /// - Throws: `StoreError`.
    init(_ file: PartialFile) throws(StoreError) {
        self.file = file
        gzip = try GzipCompressor()
        end = SegmentEnd(jobs: 0, events: 0, first: .beginning, last: .beginning, sha256: .zero)
    }

    /// Adds a job that has ended.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - backend: The log that it is in.
    ///   - reader: A reader of that log.
    ///   - withArtifacts: Whether the bytes of its artifacts are added.
    /// - Throws: `StoreError`, with the code `corrupt` when the log lacks what an event refers to.
    mutating func add(
        _ job: JobID, of backend: any StorageBackend, _ reader: any StorageReader, withArtifacts: Bool
    ) throws {
        // It may have begun another life, or have been pruned or redacted, since it was found.
        guard let state = try reader.job(job), state.phase.name.isEnded, !state.isRedacted else { return }
        var exporter = JobExporter(job, from: backend.identity, withArtifacts: withArtifacts)
        while let piece = try exporter.next(from: reader) {
            piece.withUnsafeBytes { lines.update($0) }
            try write(gzip.take(piece))
        }
        guard let span = exporter.span else { return }
        versions[job] = span.events
        end.first = end.jobs == 0 ? span.first : min(end.first, span.first)
        end.last = max(end.last, span.last)
        end.jobs += 1
        end.events += span.events
    }

    /// Writes the last line.
    ///
    /// - Returns: What stands in the segment, with the SHA-256 and the size of the file.
    /// - Throws: `StoreError`.
    mutating func finish() throws(StoreError) -> SegmentContent {
        end.sha256 = lines.sum()
        try write(gzip.take(end.line) + gzip.finish())
        return SegmentContent(
            versions: versions, events: end.events, first: end.first, last: end.last,
            sha256: bytes.sum().hexadecimal, bytes: size)
    }

    private mutating func write(_ piece: [UInt8]) throws(StoreError) {
        piece.withUnsafeBytes { bytes.update($0) }
        size += Int64(piece.count)
        try file.append(piece)
    }
}
