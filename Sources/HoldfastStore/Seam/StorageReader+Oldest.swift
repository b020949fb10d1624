public import HoldfastCore

extension StorageReader {
    /// The oldest unfinished jobs: of each state one, and of those that are queued one for each queue and kind; the
    /// oldest first.
    ///
    /// This looks through all unfinished jobs, for stores without a query of their own.
    public func oldestUnfinished(limit: Int) throws(StoreError) -> [JobState] {
        let unfinished = Set(JobPhaseName.allCases.filter { !$0.isEnded })
        var query = JobQuery(JobFilter(phases: unfinished), limit: 256)
        var oldest: [OldestJobGroup: JobState] = [:]
        while true {
            let page = try jobs(query)
            for job in page { oldest[OldestJobGroup(job)] = job }
            guard page.count == query.limit, let last = page.last else { break }
            query.before = last.id
        }
        return Array(oldest.values.sorted { $0.id < $1.id }.prefix(limit))
    }
}

/// The unfinished jobs of which one is the oldest.
private struct OldestJobGroup: Hashable {
    let phase: JobPhaseName
    let queue: QueueName?
    let kind: JobKind?

    init(_ job: JobState) {
        phase = job.phase.name
        queue = phase == .queued ? job.origin.queue : nil
        kind = phase == .queued ? job.origin.kind : nil
    }
}
