public import HoldfastCore

/// A page of the checkpoints that waited for a person at a moment, over all jobs.
public struct PastInbox: Hashable, Sendable {
    /// What waited, the oldest first.
    public let checkpoints: [JobWait]
    /// Whether all jobs that had not ended then were looked at.
    public let isComplete: Bool
}

extension PastReader {
    /// How many of the jobs that had not ended then are looked at for checkpoints.
    public static let unfinishedJobLimit = 10_000

    /// The checkpoints that waited for a person then, the oldest first.
    ///
    /// Jobs that waited or were paused are looked at first, then the others; of each the newest first.
    ///
    /// - Parameters:
    ///   - owner: Only those of jobs that belong to it; nil for all.
    ///   - opened: Only those opened after this position: the `opened` of the last one of the page before.
    ///   - limit: The greatest number, from 1.
    ///   - jobLimit: How many jobs are looked at, from 1.
    /// - Returns: What waited, and whether all jobs were looked at.
    /// - Throws: `StoreError`.
    public func openCheckpoints(
        of owner: Owner? = nil, after opened: EventLogPosition = .beginning, limit: Int,
        jobLimit: Int = unfinishedJobLimit
    ) throws(StoreError) -> PastInbox {
        let (jobs, isComplete) = try unfinishedJobs(of: owner, limit: jobLimit)
        var found: [(job: JobID, opened: EventLogPosition)] = []
        for job in jobs {
            for position in try openings(of: job) where position > opened { found.append((job, position)) }
        }
        var checkpoints: [JobWait] = []
        for (job, opened) in found.sorted(by: { $0.opened < $1.opened }).prefix(limit) {
            let before = EventLogPosition(opened.value - 1)
            guard let event = try events(EventQuery(job: job, after: before, limit: 1)).events.first,
                let record = WaitRecord.applying(try decode(event), to: nil)
            else { continue }
            checkpoints.append(JobWait(job: job, record: record))
        }
        return PastInbox(checkpoints: checkpoints, isComplete: isComplete)
    }

    private func unfinishedJobs(
        of owner: Owner?, limit: Int
    ) throws(StoreError) -> (jobs: [JobID], isComplete: Bool) {
        var found: [JobID] = []
        for phases: Set<JobPhaseName> in [[.waiting, .paused], [.running, .queued, .scheduled]] {
            // One more than is looked at tells whether there are more.
            let rest = limit + 1 - found.count
            guard rest > 0 else { break }
            let query = JobQuery(JobFilter(phases: phases, owner: owner), limit: rest)
            found += try reader.jobs(query, at: position)
        }
        return (Array(found.prefix(limit)), found.count <= limit)
    }

    /// Where the checkpoints were opened for which an unfinished job waited.
    private func openings(of job: JobID) throws(StoreError) -> [EventLogPosition] {
        let waits = try reader.waits(of: job, WaitQuery(kind: .checkpoint, limit: 1_000))
        guard !waits.isEmpty else { return [] }
        // One that ended with a life of the job may be opened anew in the next life, and its row tells of the last one only.
        if let life = try reader.job(job)?.life, life > 1 {
            return try snapshot(of: job, logLimit: 0)?.checkpoints.map(\.position) ?? []
        }
        return waits.filter { $0.opened <= position && position < $0.result ?? position.next }.map(\.opened)
    }
}
