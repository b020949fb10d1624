package import HoldfastCore

/// What stands in a segment of an archive.
package struct SegmentContent: Hashable, Sendable {
    /// The jobs, and how many events each has.
    package let versions: [JobID: Int64]
    /// How many events they have together.
    package let events: Int64
    /// The first position of an event.
    package let first: EventLogPosition
    /// The last position of an event.
    package let last: EventLogPosition
    /// The SHA-256 of the file as it is on the disk, in lower-case hexadecimal.
    package let sha256: String
    /// The size of the file in bytes.
    package let bytes: Int64

    /// Tells whether this is what the log says of a segment.
    package func isAsRecorded(_ event: EngineArchived) -> Bool {
        sha256 == event.sha256 && bytes == event.bytes && versions.count == event.jobs
            && events == event.events && first == event.first && last == event.last
    }
}

extension SegmentContent {
    /// Reads a segment from its first byte to its last and checks it: the seal, and each job as an import does.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - body: Is given each event.
    /// - Throws: `ExportFault` when it is no segment, or was cut or changed; `EventDecodingError` when a newer program wrote
    ///   it; `StoreError` when it cannot be read; what `body` throws.
    package init(reading path: String, _ body: (SealedEvent) throws -> Void = { _ in }) throws {
        let file = try ExportFile(path)
        var (sum, size) = (SHA256Stream(), Int64(0))
        let bytes = try GzipExpander.expanding {
            guard let bytes = try file.next() else { return nil }
            bytes.withUnsafeBytes { sum.update($0) }
            size += Int64(bytes.count)
            return bytes
        }
        var check = SegmentCheck()
        try ExportSource.readLines(of: bytes) { line in
            if let event = try check.read(line) { try body(event) }
            return true
        }
        let end = try check.finish()
        self.init(
            versions: check.versions, events: end.events, first: end.first, last: end.last,
            sha256: sum.sum().hexadecimal, bytes: size)
    }
}

/// Checks the lines of a segment one after another.
private struct SegmentCheck {
    private(set) var versions: [JobID: Int64] = [:]
    private var export: ExportCheck?
    private var sum = SHA256Stream()
    private var lines: Int64 = 0
    /// The line before the export that is being read.
    private var start: Int64 = 0
    private var counted = SegmentEnd(
        jobs: 0, events: 0, first: .beginning, last: .beginning, sha256: .zero)
    private var end: SegmentEnd?

    /// Reads the next line, and gives the event that it holds.
    mutating func read(_ line: [UInt8]) throws -> SealedEvent? {
        guard end == nil else { throw fault("something follows the last line of the segment", at: lines + 1) }
        if export == nil, SegmentEnd.begins(line) {
            counted.sha256 = sum.sum()
            lines += 1
            guard let end = try? SegmentEnd(line: line), end == counted else {
                throw fault("the segment is not the one that was sealed: something is missing or changed")
            }
            self.end = end
            return nil
        }
        lines += 1
        line.withUnsafeBytes { sum.update($0) }
        [UInt8(ascii: "\n")].withUnsafeBytes { sum.update($0) }
        if export == nil { start = lines - 1 }
        var check = export ?? ExportCheck()
        do {
            let record = try check.read(line)
            export = check
            if check.reader.end != nil { try take(check.finish()) }
            guard case .event(let event, _) = record else { return nil }
            return event
        } catch let error as ExportFault {
            throw fault(error.reason, at: start + error.line)
        }
    }

    /// Ends the check.
    func finish() throws(ExportFault) -> SegmentEnd {
        guard let end else { throw fault("the rest is missing: the segment was cut", at: lines + 1) }
        return end
    }

    private mutating func take(_ job: CheckedExport) throws {
        export = nil
        guard versions.updateValue(job.header.events, forKey: job.header.job) == nil else {
            throw fault("job \(job.header.job) is in it twice")
        }
        counted.first = counted.jobs == 0 ? job.first : min(counted.first, job.first)
        counted.last = max(counted.last, job.last.position)
        counted.jobs += 1
        counted.events += job.header.events
    }

    private func fault(_ reason: String, at line: Int64? = nil) -> ExportFault {
        ExportFault(line: line ?? lines, reason: reason)
    }
}
