import HoldfastCore
import HoldfastStore

/// Which jobs are to be in no segment of the archive.
struct ArchiveSearch {
    /// Those that are named.
    let jobs: Set<JobID>
    /// Those of an owner.
    let owner: Owner?
    /// Those that stay where they are.
    var spared: Set<JobID> = []

    init(_ selection: RedactionSelection) {
        jobs = Set(selection.jobs)
        owner = selection.owner
    }

    /// Tells whether a job of a segment is meant: also one that was redacted in the log after it got into the segment.
    func means(_ job: SegmentJob, in reader: any StorageReader) throws -> Bool {
        if spared.contains(job.job) { return false }
        if jobs.contains(job.job) || (owner != nil && owner == job.owner) { return true }
        return try reader.job(job.job)?.isRedacted == true
    }
}

// Redaction of what is in the log no more.
extension JobEngine {
    /// Writes the segments anew that hold jobs which are meant, without them, and deletes those that were there before.
    func redactArchive(
        _ search: ArchiveSearch, _ reason: String?, _ actor: EventActor, into report: inout RedactionReport,
        progress: @escaping @Sendable (_ events: Int64, _ total: Int64) -> Void
    ) async throws {
        guard let archive = (log.backend as? any ArchivingStorage)?.archiveFolder else { return }
        let segments = try await archiveIndex().segments
        let total = segments.reduce(0) { $0 + $1.event.events }
        var seen: Int64 = 0
        for segment in segments {
            do {
                try await redact(segment, in: archive, search, reason, actor, into: &report)
            } catch let fault as ExportFault {
                report.unread.append("the segment \(segment.event.file) cannot be searched: \(fault.reason)")
            } catch let error as EventDecodingError {
                report.unread.append("the segment \(segment.event.file) cannot be searched: \(error)")
            }
            seen += segment.event.events
            progress(seen, total)
        }
        guard !report.isDryRun else { return }
        try await redactUnnamed(in: archive, search, into: &report)
        let index = try await archiveIndex()
        try await DedicatedThread.run { try archive.deleteReplaced(index) }
    }

    private func redact(
        _ segment: ArchiveIndex.Segment, in archive: ArchiveFolder, _ search: ArchiveSearch,
        _ reason: String?, _ actor: EventActor, into report: inout RedactionReport
    ) async throws {
        guard let path = archive.path(of: segment.event) else {
            report.unread.append(archive.absence(of: segment.event))
            return
        }
        let found = try await jobs(in: path, meant: search)
        if found.isEmpty { return }
        let place = ArchiveFolder(ofFile: path)
        let isOurs = place == archive || archive.owns(segment)
        if !report.isDryRun {
            let jobs = Set(found.map(\.job))
            try await rewrite(
                segment.position, at: path, in: isOurs ? place : archive, without: jobs, reason, actor)
        }
        report.jobs += found.map {
            RedactionReport.Job(id: $0.job, events: $0.events, segment: segment.event.file)
        }
        guard !isOurs else { return }
        report.unread.append(
            "\(path) is another log's as well, and holds these jobs still: redact them there too")
    }

    /// Deletes what a process left in the folder that died, so that no event names it, unless other jobs would be lost by that.
    private func redactUnnamed(
        in archive: ArchiveFolder, _ search: ArchiveSearch, into report: inout RedactionReport
    ) async throws {
        guard !archive.names().isEmpty || archive.hasPartial else { return }
        // Whoever writes a segment records it before it lets others in.
        let lock = try archive.lock()
        defer { lock.release() }
        archive.deletePartial()
        let known = try await archiveIndex().names
        for name in archive.names() where !known.contains(name) {
            let path = "\(archive.path)/\(name)"
            do {
                let found = try await jobs(in: path, meant: search)
                if found.isEmpty { continue }
                guard try await isSpare(path, without: found) else {
                    report.unread.append(
                        "\(path), which the log does not name, holds some of these jobs, and others that are nowhere "
                            + "else: take those over with holdfast import, and delete it")
                    continue
                }
                try ArchiveFolder.delete(path)
                report.jobs += found.map {
                    RedactionReport.Job(id: $0.job, events: $0.events, segment: name)
                }
            } catch let fault as ExportFault {
                report.unread.append(
                    "\(path), which the log does not name, cannot be searched: \(fault.reason)")
            }
        }
    }

    /// Whether all jobs of a file but some are in the log, or in a segment that it names.
    private func isSpare(_ path: String, without jobs: [SegmentJob]) async throws -> Bool {
        let backend = log.backend
        return try await DedicatedThread.run {
            let reader = try backend.openReader()
            return try SegmentJob.list(in: path).allSatisfy { job in
                if try jobs.contains(job) || reader.job(job.job) != nil { return true }
                return try (reader as? any RetainingReader)?.archive(of: job.job) != nil
            }
        }
    }

    /// Writes the segments anew that hold jobs which were redacted in the log since, if any of some jobs was.
    func redactArchive(holding jobs: Set<JobID>, _ reason: String?, _ actor: EventActor) async throws {
        let isHeld = try await log.read { reader in
            try jobs.contains { try reader.job($0)?.isRedacted == true }
        }
        guard isHeld else { return }
        var report = RedactionReport(isDryRun: false)
        try await redactArchive(ArchiveSearch(RedactionSelection()), reason, actor, into: &report) { _, _ in }
    }

    func archiveIndex() async throws -> ArchiveIndex {
        try await log.read { reader in
            try (reader as? any RetainingReader).map { try ArchiveIndex($0) } ?? ArchiveIndex([])
        }
    }

    private func jobs(in path: String, meant search: ArchiveSearch) async throws -> [SegmentJob] {
        let backend = log.backend
        return try await DedicatedThread.run {
            let reader = try backend.openReader()
            return try SegmentJob.list(in: path).filter { try search.means($0, in: reader) }
        }
    }

    /// Writes a segment anew, and records that, while nobody else does the same.
    private func rewrite(
        _ position: EventLogPosition, at path: String, in folder: ArchiveFolder, without jobs: Set<JobID>,
        _ reason: String?, _ actor: EventActor
    ) async throws {
        let lock = try folder.lock()
        defer { lock.release() }
        let index = try await archiveIndex()
        // Somebody else may have written it anew since it was searched; then it is searched again.
        guard let segment = index[position], segment.position == position else {
            throw MovingRejection.targetIsBeingMade(folder.path)
        }
        let event = try await DedicatedThread.run {
            try folder.rewrite(
                segment, at: path, without: jobs, avoiding: index.names, reason: reason)
        }
        try await persist { $0.record(.archived(event), by: actor) }
    }
}
