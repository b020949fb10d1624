public import HoldfastCore

/// Reads a job's history out of a log as an export, piece by piece, in bounded memory.
///
/// What is exported is the history as it is at the first piece. Between two pieces nothing is held open.
public struct JobExporter: Sendable {
    /// A piece ends once it has so many bytes.
    private static let pieceBytes = 512 << 10
    /// How many bytes of a value or of an artifact a line holds at most.
    private static let contentBytes = 192 << 10

    private enum Stage {
        case header, events, end, done
    }

    private let job: JobID
    private let log: String
    private let withArtifacts: Bool
    private var writer = ExportWriter()
    private var stage = Stage.header
    private var query: EventQuery
    /// The first and the last event that are exported, and how many there are; nil before the first piece.
    private(set) var span: (first: EventLogPosition, last: EventLogPosition, events: Int64)?
    /// The events of a page that were read and not written yet, the last one first.
    private var pending: [(sealed: SealedEvent, previous: SHA256Sum?)] = []
    /// What the lines so far hold beside events.
    private var written: Set<String> = []
    /// An artifact whose bytes come before the next event, and how many were written.
    private var blob: (artifact: ArtifactSaved, offset: Int64)?

    /// Prepares to export a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - log: The identity of the log that it is read from.
    ///   - withArtifacts: Whether the bytes of its artifacts are exported as well. Without them it can be imported only
    ///     where they are already.
    public init(_ job: JobID, from log: String, withArtifacts: Bool = true) {
        self.job = job
        self.log = log
        self.withArtifacts = withArtifacts
        query = EventQuery(job: job)
    }

    /// The next bytes: whole lines.
    ///
    /// - Parameter reader: A reader of the log.
    /// - Returns: About 512 KiB; nil at the end.
    /// - Throws: `JobRejection.unknownJob`, `.redacted`; `StoreError`, with the code `corrupt` when the log lacks what an event refers
    ///   to; `EventDecodingError`.
    public mutating func next(from reader: any StorageReader) throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while stage != .done, bytes.count < JobExporter.pieceBytes {
            switch stage {
            case .header: bytes += try begin(reader)
            case .events: try step(reader, &bytes)
            case .end:
                bytes += writer.end()
                stage = .done
            case .done: break
            }
        }
        return bytes.isEmpty ? nil : bytes
    }

    private mutating func begin(_ reader: any StorageReader) throws -> [UInt8] {
        guard let state = try reader.job(job),
            let first = try reader.events(EventQuery(job: job, limit: 1)).events.first,
            let last = try reader.events(EventQuery(job: job, limit: 1, fromEnd: true)).events.last
        else { throw JobRejection.unknownJob }
        guard !state.isRedacted else { throw JobRejection.redacted }
        span = (first.position, last.position, last.version ?? 0)
        query.through = last.position
        stage = .events
        return writer.line(
            ExportHeader(
                log: log, job: job, kind: state.origin.kind, events: last.version ?? 0,
                hasArtifacts: withArtifacts))
    }

    /// Writes some bytes of an artifact, or the next event, or reads the next page.
    private mutating func step(_ reader: any StorageReader, _ bytes: inout [UInt8]) throws {
        if let blob {
            bytes += try line(of: blob.artifact, from: blob.offset, reader)
        } else if let next = pending.last {
            // What it refers to stands before it.
            guard try !writeContent(of: next.sealed.event, reader, &bytes) else { return }
            pending.removeLast()
            bytes += writer.line(next.sealed, after: next.previous)
        } else {
            let page = try reader.events(query)
            query.after = page.through
            if page.events.isEmpty, page.through >= query.through ?? page.through { stage = .end }
            pending = try sealed(page.events, reader).reversed()
        }
    }

    /// Finds the seals of a page's events, and the hashes of those before them in the log.
    private func sealed(
        _ events: [StoredEvent], _ reader: any StorageReader
    ) throws -> [(sealed: SealedEvent, previous: SHA256Sum?)] {
        var found: [(sealed: SealedEvent, previous: SHA256Sum?)] = []
        var rest = events[...]
        while let first = rest.first {
            // Neighbours are read together, with the event before the first of them.
            let run = rest.indices.prefix {
                rest[$0].position.value - first.position.value == Int64($0 - rest.startIndex)
            }
            let before = max(0, first.position.value - 2)
            var previous: SealedEvent?
            for sealed in try reader.sealedEvents(after: EventLogPosition(before), limit: run.count + 1)
            where found.count < events.count {
                let position = sealed.event.position
                if position >= first.position, sealed.event.job == job {
                    let isFirst = position == EventLogPosition.beginning.next
                    let isNext = previous?.event.position.next == position
                    found.append((sealed, isFirst ? .zero : isNext ? previous?.seal.hash : nil))
                }
                previous = sealed
            }
            rest = rest.dropFirst(run.count)
        }
        guard found.map(\.sealed.event) == events else {
            throw lost("events of the job have vanished while they were read")
        }
        return found
    }

    /// Writes what an event refers to, unless it was written before.
    ///
    /// - Returns: Whether an artifact has to be written first.
    private mutating func writeContent(
        of stored: StoredEvent, _ reader: any StorageReader, _ bytes: inout [UInt8]
    ) throws -> Bool {
        guard let kind = EventKind(rawValue: stored.kind),
            kind == .artifactSaved || JobEvent.kindsWithPayloads.contains(kind),
            case .job(let event) = try stored.decoded().event
        else { return false }
        if case .artifactSaved(let artifact) = event, withArtifacts, written.insert(artifact.sha256).inserted
        {
            blob = (artifact, 0)
            return true
        }
        guard case .stored(let reference) = event.payload, written.insert(reference.sha256).inserted else {
            return false
        }
        guard let value = try reader.payload(reference) else { throw lost("\(reference.sha256) is missing") }
        let content = Array(value.text.utf8)
        for start in stride(from: 0, to: max(1, content.count), by: JobExporter.contentBytes) {
            let piece = content[start..<min(content.count, start + JobExporter.contentBytes)]
            bytes += writer.line(
                ExportedContent(
                    .payload, sha256: reference.sha256, size: Int64(content.count), start: Int64(start),
                    bytes: Array(piece)))
        }
        return false
    }

    private mutating func line(
        of artifact: ArtifactSaved, from offset: Int64, _ reader: any StorageReader
    ) throws -> [UInt8] {
        let chunk = try reader.blob(artifact.sha256, from: offset)
        guard let chunk, !chunk.isEmpty || artifact.bytes == 0 else {
            throw lost("\(artifact.sha256) is missing")
        }
        let piece = Array(chunk.prefix(JobExporter.contentBytes))
        let end = offset + Int64(piece.count)
        blob = end < artifact.bytes ? (artifact, end) : nil
        return writer.line(
            ExportedContent(
                .blob, sha256: artifact.sha256, size: artifact.bytes, start: offset, bytes: piece))
    }

    private func lost(_ reason: String) -> StoreError {
        StoreError(.corrupt, operation: "export a job", reason: reason)
    }
}
