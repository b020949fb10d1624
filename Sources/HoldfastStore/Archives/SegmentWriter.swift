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
        note(job, first: span.first, last: span.last, events: span.events)
    }

    /// Adds the jobs of another segment as they stand in it, all but some.
    ///
    /// - Parameters:
    ///   - path: The file of that segment.
    ///   - dropped: The jobs that are left out.
    /// - Throws: `ExportFault` when it was changed, `StoreError`.
    mutating func copy(_ path: String, without dropped: Set<JobID>) throws {
        var reader: ExportReader?
        var (first, last): (EventLogPosition?, EventLogPosition?) = (nil, nil)
        try ExportSource(path: path).readLines { line in
            if ExportHeader.begins(line) {
                let isDropped = ExportHeader.job(in: line).map(dropped.contains) ?? false
                (reader, first, last) = (isDropped ? nil : ExportReader(), nil, nil)
            }
            guard let record = try reader?.read(line) else { return }
            let piece = line + [UInt8(ascii: "\n")]
            piece.withUnsafeBytes { lines.update($0) }
            try write(gzip.take(piece))
            if case .event(let sealed, _) = record {
                first = first ?? sealed.event.position
                last = sealed.event.position
            }
            guard case .end = record else { return }
            if let header = reader?.header, let first, let last {
                note(header.job, first: first, last: last, events: header.events)
            }
            reader = nil
        }
    }

    private mutating func note(
        _ job: JobID, first: EventLogPosition, last: EventLogPosition, events: Int64
    ) {
        versions[job] = events
        end.first = end.jobs == 0 ? first : min(end.first, first)
        end.last = max(end.last, last)
        end.jobs += 1
        end.events += events
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
