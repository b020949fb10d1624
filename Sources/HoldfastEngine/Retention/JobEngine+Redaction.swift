public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Takes what a person or a program gave or said out of all events of jobs that have ended: inputs, outputs, steps' results,
    /// messages, names and files (P10).
    ///
    /// Events in the log stay with their kinds, moments, actors and hashes, and the log goes on to prove them; segments of the
    /// archive are written anew without the jobs. A redacted job stays as it is for ever: it is not begun again and nothing is
    /// forked from it. Other jobs keep what they have of it, such as those that were forked from it. At the end the file is
    /// written anew, so that it holds no trace; whoever writes waits meanwhile, about a second for each 80 MB.
    ///
    /// Each job is redacted by itself. What a run did not reach that was cut short is done by the same call again.
    ///
    /// - Parameters:
    ///   - selection: Which jobs. One that cannot be redacted does not keep the others from it.
    ///   - isDryRun: Whether only to say what would be done.
    ///   - keepsTraces: Whether the file is left as it is for now; a later redaction writes it anew.
    ///   - reason: Why, for the record; it stays.
    ///   - actor: Who asks; nil for this engine.
    ///   - progress: Is told how many events of the archive were looked at, of how many.
    /// - Returns: What was done, and which jobs stay and why.
    /// - Throws: `LogIsReadOnly`; `StoreError`, `MovingRejection` when another process changes the archive. What was done until
    ///   then is done.
    public func redact(
        _ selection: RedactionSelection, isDryRun: Bool = false, keepsTraces: Bool = false,
        reason: String? = nil, by actor: EventActor? = nil,
        progress: @escaping @Sendable (_ events: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws -> RedactionReport {
        guard isDryRun || !log.configuration.isReadOnly else { throw LogIsReadOnly() }
        let actor = actor ?? .engine(id)
        var report = RedactionReport(isDryRun: isDryRun)
        var missing: [JobID: JobRejection] = [:]
        for job in try await jobs(of: selection) {
            do {
                // One that was redacted before is no news.
                if try await log.read({ try $0.job(job)?.isRedacted == true }) { continue }
                let state = try await redact(job, isDryRun: isDryRun, reason, actor)
                report.jobs.append(RedactionReport.Job(id: job, events: state.version, segment: nil))
            } catch let refusal as RedactionRefusal {
                report.refused.append(RedactionReport.Refusal(job: job, reason: refusal.description))
            } catch let rejection as JobRejection {
                missing[job] = rejection
            }
        }
        var search = ArchiveSearch(selection)
        search.spared = Set(report.refused.map(\.job))
        try await redactArchive(search, reason, actor, into: &report, progress: progress)
        // Those that were taken out of the archive before are no news either.
        var done = Set(report.jobs.map(\.id))
        if !missing.isEmpty {
            for segment in try await archiveIndex().segments { done.formUnion(segment.redacted) }
        }
        for job in selection.jobs where !done.contains(job) {
            guard let rejection = missing[job] else { continue }
            report.refused.append(RedactionReport.Refusal(job: job, reason: rejection.description))
        }
        // Also where there is nothing more to redact: a run before may have been cut short.
        if !isDryRun, !keepsTraces { report.isScrubbed = try await scrub() }
        return report
    }

    /// The jobs of the log that are meant, each once.
    private func jobs(of selection: RedactionSelection) async throws -> [JobID] {
        var seen: Set<JobID> = []
        var jobs = selection.jobs.filter { seen.insert($0).inserted }
        guard let owner = selection.owner else { return jobs }
        var query = JobQuery(JobFilter(owner: owner), limit: 200)
        while true {
            let page = try await log.read { [query] in try $0.jobs(query) }
            jobs += page.map(\.id).filter { seen.insert($0).inserted }
            guard let last = page.last, page.count == query.limit else { return jobs }
            query.before = last.id
        }
    }

    /// Redacts a job of the log, or only finds out whether it can be.
    private func redact(
        _ job: JobID, isDryRun: Bool, _ reason: String?, _ actor: EventActor
    ) async throws -> JobState {
        guard isDryRun else {
            return try await persist { try $0.redact(job, reason: reason, by: actor) }
        }
        return try await log.read { reader in
            guard let state = try reader.job(job) else {
                throw try (reader as? any RetainingReader)?.prunedJob(job) == nil
                    ? JobRejection.unknownJob : .pruned
            }
            if let refusal = try RedactionRefusal(of: state, job: reader.job) { throw refusal }
            return state
        }
    }

    /// Writes the file anew, so that nothing is left in it of what was deleted, pruned or redacted.
    ///
    /// Whoever writes waits until it is done; readers do not.
    ///
    /// - Returns: False when a reader stood in the way of the last part for some seconds: do it again.
    /// - Throws: `StoreError`.
    func scrub() async throws -> Bool {
        for _ in 0..<3 {
            if try await waitingForStore(.write, { try await self.log.scrub() }) { return true }
        }
        return false
    }
}
