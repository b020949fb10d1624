public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// How many events one transaction deletes, so that no other writer waits long.
    private static let eventsAtOnce = 400
    /// How many jobs are looked for at once.
    static let jobsAtOnce = 100
    /// How many pages one transaction gives back to the file system.
    private static let pagesAtOnce = 256

    /// Deletes jobs that have ended, with all their events, rows and files that nobody else uses; of each is kept that it was
    /// pruned, and the log goes on to prove all that is left (P10).
    ///
    /// It is done in many small transactions, beside everything else that goes on. What was begun and not finished, because a
    /// process died, is finished first. The file gets smaller at the end.
    ///
    /// - Parameters:
    ///   - rules: Which jobs; those that fit one of them.
    ///   - isDryRun: Whether only to say what would be done.
    ///   - reason: Why, for the record.
    ///   - actor: Who asks; nil for this engine.
    ///   - progress: Is told after each transaction what was done so far.
    /// - Returns: What was done.
    /// - Throws: `StoreError`, with the code `constraint` for a store that keeps everything; what was
    ///   done until then is done. `CancellationError` between two transactions.
    public func prune(
        _ rules: [RetentionRule], isDryRun: Bool = false, reason: String? = nil, by actor: EventActor? = nil,
        progress: @Sendable (PruneReport) async throws -> Void = { _ in }
    ) async throws -> PruneReport {
        guard try await log.read({ $0 is any RetainingReader }) else {
            throw StoreError(.constraint, operation: "prune", reason: "this store keeps everything")
        }
        var report = PruneReport()
        report.isDryRun = isDryRun
        if isDryRun {
            for rule in rules { try await count(rule, into: &report) }
            return report
        }
        let actor = actor ?? .engine(id)
        try await finishPruning(reason, actor, into: &report, progress: progress)
        for rule in rules {
            for group in try await groups(of: rule) {
                var spared: Set<JobID> = []
                while true {
                    let found = try await ended(group, limit: Self.jobsAtOnce + spared.count)
                    let next = found.filter { !spared.contains($0) }
                    if next.isEmpty { break }
                    spared.formUnion(
                        try await prune(next, reason, actor, into: &report, progress: progress))
                    try Task.checkCancellation()
                }
                report.spared += spared.count
            }
        }
        try await cleanUp { try await progress(report) }
        return report
    }

    /// Deletes what is left of jobs that were begun and not finished.
    func finishPruning(
        _ reason: String?, _ actor: EventActor, into report: inout PruneReport,
        progress: @Sendable (PruneReport) async throws -> Void
    ) async throws {
        while true {
            let left = try await log.read { reader -> (job: JobID, archived: ArchivedJobs?)? in
                guard let reader = reader as? any RetainingReader,
                    let job = try reader.partlyPrunedJobs(limit: 1).first
                else { return nil }
                let archive = try reader.archive(of: job)
                return (job, archive.map { ArchivedJobs(event: $0.position, versions: [:]) })
            }
            guard let left else { return }
            try await prune(
                [left.job], archived: left.archived, reason, actor, into: &report, progress: progress)
        }
    }

    /// Deletes some of the events of some jobs, and the rest of jobs that are too large for one transaction.
    ///
    /// - Returns: The jobs that have to stay.
    @discardableResult
    func prune(
        _ jobs: [JobID], archived: ArchivedJobs? = nil, _ reason: String?, _ actor: EventActor,
        into report: inout PruneReport, progress: @Sendable (PruneReport) async throws -> Void
    ) async throws -> [JobID] {
        var (jobs, spared) = (jobs, [JobID]())
        while !jobs.isEmpty {
            let outcome = try await persist { [jobs] transaction in
                try transaction.prune(
                    jobs, limit: Self.eventsAtOnce, archived: archived, reason: reason, by: actor)
            }
            report.jobs += outcome.jobs.filter { !$0.isPartly }.count
            report.events += Int64(outcome.events)
            try await progress(report)
            // A deletion changes many pages, and a commit of somebody else would have to wait until they are folded in.
            try await log.foldAhead()
            // Those that are gone meanwhile, because somebody else prunes too, are not kept.
            spared += outcome.spared.filter { $0.value != .unknown }.keys
            guard !outcome.jobs.isEmpty || !outcome.spared.isEmpty else { break }
            // The limit may not have let it reach all of them.
            let done = Set(outcome.jobs.filter { !$0.isPartly }.map(\.id)).union(outcome.spared.keys)
            jobs = jobs.filter { !done.contains($0) }
            if !jobs.isEmpty { try Task.checkCancellation() }
        }
        return spared
    }

    func count(_ rule: RetentionRule, into report: inout PruneReport) async throws {
        for group in try await groups(of: rule) {
            let found = try await ended(group, limit: .max)
            report.jobs += found.count
            for start in stride(from: 0, to: found.count, by: 500) {
                let page = found[start..<min(start + 500, found.count)]
                report.events += try await log.read { reader in
                    try page.reduce(into: 0) { $0 += try reader.job($1)?.version ?? 0 }
                }
            }
        }
    }

    func ended(_ group: RetentionGroup, limit: Int) async throws -> [JobID] {
        try await log.read { reader in
            try (reader as? any RetainingReader)?.endedJobs(
                group.kind, group.state, before: group.before, limit: limit) ?? []
        }
    }

    func groups(of rule: RetentionRule) async throws -> [RetentionGroup] {
        try await RetentionSearch.groups(of: rule, at: log.now) { try await self.log.read($0) }
    }

    /// Removes the bytes of files that no job refers to any more, and gives the pages that are free back to the file system.
    func cleanUp(progress: () async throws -> Void) async throws {
        try await removeLeftovers(progress: progress)
        try await releasePages(progress: progress)
    }

    /// Removes the bytes of files that no job refers to any more, piece by piece, whether an engine runs that would or not.
    private func removeLeftovers(progress: () async throws -> Void) async throws {
        while true {
            let left = try await log.read { try $0.uploads(limit: 10_000) }.filter(\.upload.isLeftByPruning)
            if left.isEmpty { return }
            for unfinished in left {
                try await remove(unfinished)
                try await progress()
                try Task.checkCancellation()
            }
        }
    }

    /// Gives the pages that are free back to the file system.
    private func releasePages(progress: () async throws -> Void) async throws {
        var free = Int.max
        while true {
            let rest = try await persist { try $0.releasePages(limit: Self.pagesAtOnce) }
            guard rest > 0, rest < free else { return }
            free = rest
            try await progress()
            try Task.checkCancellation()
        }
    }
}
