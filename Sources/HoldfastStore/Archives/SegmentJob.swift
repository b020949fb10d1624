package import HoldfastCore

/// A job in a segment of an archive.
package struct SegmentJob: Hashable, Sendable {
    /// The job.
    package let job: JobID
    /// To whom it belongs.
    package let owner: Owner?
    /// How many events it has.
    package let events: Int64
}

extension SegmentJob {
    /// Lists the jobs in a segment, without checking it.
    ///
    /// - Parameter path: The file.
    /// - Returns: The jobs, in the order in which they stand in it.
    /// - Throws: `ExportFault`, also when it was cut; `EventDecodingError` or `StoreError` when it cannot be read.
    package static func list(in path: String) throws -> [SegmentJob] {
        var jobs: [SegmentJob] = []
        var reader: ExportReader?
        var isWhole = false
        try ExportSource(path: path).readLines { line in
            if SegmentEnd.begins(line) { isWhole = true }
            if ExportHeader.begins(line) { reader = ExportReader() }
            // Whose a job is stands in its first event; what follows that is not worth a look.
            guard case .event(let sealed, _)? = try reader?.read(line), let header = reader?.header else {
                return
            }
            var owner: Owner?
            if case .job(.enqueued(let event)) = try sealed.event.decoded().event { owner = event.owner }
            jobs.append(SegmentJob(job: header.job, owner: owner, events: header.events))
            reader = nil
        }
        guard isWhole else { throw ExportFault(line: 1, reason: "the segment was cut") }
        return jobs
    }
}
