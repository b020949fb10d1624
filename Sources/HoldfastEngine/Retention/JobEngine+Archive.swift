public import HoldfastCore
public import HoldfastStore

extension JobEngine {
    /// A segment is full once it has so many events: one of that size is read in about a second.
    private static let eventsPerSegment: Int64 = 100_000

    /// Writes jobs that have ended into sealed, compressed files, and prunes them then.
    ///
    /// `history` and `show` go on to read them there, and an audit goes on to check them. A segment is written, brought to the
    /// disk, read back and recorded in the log (`engine.archived`) before anything in it is deleted. A run that died in
    /// between leaves its jobs in both; the next one finds that and deletes them. Jobs that go on meanwhile stay, and so do
    /// those that were redacted, of which nothing is left to be read.
    ///
    /// - Parameters:
    ///   - rules: Which jobs; those that fit one of them.
    ///   - folder: Where the segments go; nil for the folder beside the database.
    ///   - withArtifacts: Whether the bytes of their artifacts are archived too. Those that are not are gone.
    ///   - isDryRun: Whether only to say what would be done.
    ///   - reason: Why, for the record.
    ///   - actor: Who asks; nil for this engine.
    ///   - progress: Is told after each transaction what was done so far.
    /// - Returns: What was done.
    /// - Throws: `LogIsReadOnly`; `StoreError`, with the code `constraint` for a store that has no folder; `MovingRejection` when another
    ///   process archives into the folder. What was done until then is done. `CancellationError` between two steps.
    public func archive(
        _ rules: [RetentionRule], to folder: ArchiveFolder? = nil, withArtifacts: Bool = true,
        isDryRun: Bool = false, reason: String? = nil, by actor: EventActor? = nil,
        progress: @Sendable (PruneReport) async throws -> Void = { _ in }
    ) async throws -> ArchiveReport {
        var report = ArchiveReport()
        report.pruned.isDryRun = isDryRun
        if isDryRun {
            for rule in rules { try await count(rule, into: &report.pruned) }
            return report
        }
        guard !log.configuration.isReadOnly else { throw LogIsReadOnly() }
        guard let folder = folder ?? (log.backend as? any ArchivingStorage)?.archiveFolder else {
            throw StoreError(
                .constraint, operation: "archive", reason: "this store has no folder for it; name one")
        }
        let actor = actor ?? .engine(id)
        try await finishPruning(reason, actor, into: &report.pruned, progress: progress)
        // Jobs that stay although a segment holds them: what was redacted meanwhile has to go from there.
        var kept = try await finishArchiving(folder, reason, actor, into: &report, progress: progress)
        var spared = kept
        while true {
            let jobs = try await nextJobs(rules, sparing: &spared)
            if jobs.isEmpty { break }
            guard
                let (event, versions, position) = try await writeSegment(
                    jobs, in: folder, withArtifacts: withArtifacts, reason, actor)
            else {
                spared.formUnion(jobs)
                continue
            }
            spared.formUnion(jobs.filter { versions[$0] == nil })
            report.segments.append(event)
            kept.formUnion(
                try await prune(
                    ArchivedJobs(event: position, versions: versions), reason, actor, into: &report,
                    progress: progress))
            spared.formUnion(kept)
        }
        try await redactArchive(holding: kept, reason, actor)
        report.pruned.spared = spared.count
        let pruned = report.pruned
        try await cleanUp { try await progress(pruned) }
        return report
    }

    /// Writes a segment and records it; nobody takes its file for one that no event names meanwhile.
    private func writeSegment(
        _ jobs: [JobID], in folder: ArchiveFolder, withArtifacts: Bool, _ reason: String?, _ actor: EventActor
    ) async throws -> (event: EngineArchived, versions: [JobID: Int64], position: EventLogPosition)? {
        let lock = try folder.lock()
        defer { lock.release() }
        let written = try await folder.write(
            jobs, of: log.backend, withArtifacts: withArtifacts, reason: reason)
        guard let (event, versions) = written else { return nil }
        let recorded = try await persist { $0.record(.archived(event), by: actor) }
        return (event, versions, recorded.position)
    }

    /// Prunes jobs that a segment holds.
    ///
    /// - Returns: The jobs that have to stay.
    private func prune(
        _ archived: ArchivedJobs, _ reason: String?, _ actor: EventActor, into report: inout ArchiveReport,
        progress: @Sendable (PruneReport) async throws -> Void
    ) async throws -> Set<JobID> {
        let jobs = archived.versions.keys.sorted()
        var spared: Set<JobID> = []
        for start in stride(from: 0, to: jobs.count, by: Self.jobsAtOnce) {
            let page = Array(jobs[start..<min(start + Self.jobsAtOnce, jobs.count)])
            spared.formUnion(
                try await prune(
                    page, archived: archived, reason, actor, into: &report.pruned, progress: progress))
            try Task.checkCancellation()
        }
        return spared
    }

    /// Prunes what the newest segment holds and the log does still, because a run died in between.
    ///
    /// - Returns: The jobs that have to stay.
    private func finishArchiving(
        _ folder: ArchiveFolder, _ reason: String?, _ actor: EventActor, into report: inout ArchiveReport,
        progress: @Sendable (PruneReport) async throws -> Void
    ) async throws -> Set<JobID> {
        let index = try await archiveIndex()
        guard let last = index.segments.last, let path = folder.path(of: last.event) else { return [] }
        let content: SegmentContent
        do {
            content = try await DedicatedThread.run { try SegmentContent(reading: path) }
        } catch is ExportFault {
            // What was not deleted is archived anew; an audit tells of the segment.
            return []
        }
        guard content.isAsRecorded(last.event) else { return [] }
        let left = try await log.read { reader in
            try content.versions.filter { try reader.job($0.key)?.version == $0.value }
        }
        return try await prune(
            ArchivedJobs(event: last.position, versions: left), reason, actor, into: &report,
            progress: progress)
    }

    /// Finds the jobs for a segment.
    private func nextJobs(
        _ rules: [RetentionRule], sparing spared: inout Set<JobID>
    ) async throws -> [JobID] {
        var (jobs, events) = ([JobID](), Int64(0))
        for rule in rules {
            for group in try await groups(of: rule) {
                let found = try await ended(group, limit: Int(Self.eventsPerSegment) + spared.count)
                let known = spared.union(jobs)
                let next = found.filter { !known.contains($0) }
                for start in stride(from: 0, to: next.count, by: 500) {
                    let page = next[start..<min(start + 500, next.count)]
                    for (job, isSpared, version) in try await looks(at: Array(page)) {
                        guard !isSpared else {
                            spared.insert(job)
                            continue
                        }
                        events += version
                        if events > Self.eventsPerSegment, !jobs.isEmpty { return jobs }
                        jobs.append(job)
                    }
                }
            }
        }
        return jobs
    }

    private func looks(
        at jobs: [JobID]
    ) async throws -> [(job: JobID, isSpared: Bool, version: Int64)] {
        try await log.read { reader in
            try jobs.compactMap { id in
                guard let state = try reader.job(id) else { return nil }
                let refusal = try PruneRefusal(of: state, job: reader.job)
                return (id, refusal != nil || state.isRedacted, state.version)
            }
        }
    }
}

/// What archiving did, or would do.
public struct ArchiveReport: Hashable, Sendable {
    /// The jobs that are archived and pruned now.
    public internal(set) var pruned = PruneReport()
    /// The segments that were made, in order.
    public internal(set) var segments: [EngineArchived] = []

    /// The JSON of the report.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", pruned.isDryRun)
            writer.field("jobs", pruned.jobs)
            writer.field("events", pruned.events)
            writer.field("spared", pruned.spared)
            writer.key("segments")
            writer.array { list in
                for segment in segments {
                    list.object { writer in
                        writer.field("file", segment.file)
                        writer.field("folder", segment.folder)
                        writer.field("sha256", segment.sha256)
                        writer.field("bytes", segment.bytes)
                        writer.field("jobs", segment.jobs)
                        writer.field("events", segment.events)
                        writer.field("first", segment.first.description)
                        writer.field("last", segment.last.description)
                    }
                }
            }
        }
    }
}
