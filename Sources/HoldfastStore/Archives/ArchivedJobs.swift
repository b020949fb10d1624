public import HoldfastCore

/// Jobs that a segment of an archive holds, so that they may be pruned.
public struct ArchivedJobs: Hashable, Sendable {
    /// The position of the `engine.archived` event.
    public let event: EventLogPosition
    /// How many events of each job the segment holds.
    public let versions: [JobID: Int64]

    /// Puts both together.
    public init(event: EventLogPosition, versions: [JobID: Int64]) {
        self.event = event
        self.versions = versions
    }
}

/// A store that has a place for the archive of its log.
public protocol ArchivingStorage: StorageBackend {
    /// The folder of its archive where nobody says another one.
    var archiveFolder: ArchiveFolder { get }
    /// Lays out a job that was archived, so that it is read as one in the log is.
    ///
    /// - Parameter job: The job.
    /// - Returns: A store for reading only with this job and nothing else, at the positions that its events had; nil when the
    ///   job was not archived.
    /// - Throws: `StoreError`, with the code `unavailable` when the segment is not where it was put; `ExportFault` when it was
    ///   changed.
    func openArchived(_ job: JobID) throws -> (any StorageBackend)?
}

extension RetainingReader {
    /// Finds out where a job that was pruned was archived before.
    ///
    /// - Parameter job: The job.
    /// - Returns: The `engine.archived` event that told last of its segment, and its position; nil when the job was not archived,
    ///   or was redacted there.
    /// - Throws: `StoreError`, `EventDecodingError`.
    public func archive(
        of job: JobID
    ) throws -> (position: EventLogPosition, segment: EngineArchived)? {
        guard case .engine(.pruned(let pruned)) = try lastPruning(of: job)?.decoded().event,
            let position = pruned.archive
        else { return nil }
        guard let segment = try ArchiveIndex(self)[position] else {
            throw StoreError(
                .corrupt, operation: "find an archived job",
                reason: "there is no engine.archived event at \(position)")
        }
        return segment.redacted.contains(job) ? nil : (segment.position, segment.event)
    }
}
