import HoldfastCore
import HoldfastStore

extension Connection {
    /// The jobs that a worker takes next: higher priority first, then older ids.
    ///
    /// Each kind is looked up by itself, so that any number of jobs of other kinds is not in the way. Where `perKey` is
    /// given, jobs with a limit key are found through the first one of each key and kind, so that any number of jobs
    /// behind it is not in the way either; those of keys of which so many jobs run are left out.
    func findQueuedJobs(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int
    ) throws(StoreError) -> [JobID] {
        var found = FoundJobs()
        let withoutKey = try statement(
            #"""
            SELECT id, priority
              FROM jobs INDEXED BY jobs_queued
             WHERE state = 'queued' AND limit_key IS NULL AND queue = ?1 AND kind = ?2
             ORDER BY priority DESC, id
             LIMIT ?3
            """#, for: "find queued jobs")
        for kind in kinds { try found.add(withoutKey, queue, kind, limit: limit, perKey: nil) }
        let withKey =
            perKey == nil ? try selectQueuedJobsWithKey() : try selectQueueHeads()
        for kind in kinds { try found.add(withKey, queue, kind, limit: limit, perKey: perKey) }
        return found.inOrder(limit: limit)
    }

    private func selectQueuedJobsWithKey() throws(StoreError) -> Statement {
        try statement(
            #"""
            SELECT id, priority
              FROM jobs INDEXED BY jobs_queued_with_key
             WHERE state = 'queued' AND limit_key IS NOT NULL AND queue = ?1 AND kind = ?2
             ORDER BY priority DESC, id
             LIMIT ?3
            """#, for: "find queued jobs with a limit key")
    }

    private func selectQueueHeads() throws(StoreError) -> Statement {
        try statement(
            #"""
            SELECT job, priority
              FROM queue_heads AS head INDEXED BY queue_heads_in_order
             WHERE queue = ?1 AND kind = ?2
               AND NOT EXISTS (
                   SELECT 1 FROM running_keys WHERE queue = ?1 AND key = head.key AND jobs >= ?4
               )
             ORDER BY priority DESC, job
             LIMIT ?3
            """#, for: "find the first queued jobs of limit keys")
    }
}

/// The jobs of several ordered lists.
private struct FoundJobs {
    private var jobs: [(job: JobID, priority: Int64)] = []
    private var lists = 0

    mutating func add(
        _ statement: Statement, _ queue: QueueName, _ kind: JobKind, limit: Int, perKey: Int?
    ) throws(StoreError) {
        defer { statement.reset() }
        let before = jobs.count
        statement.bind(queue, at: 1)
        statement.bind(kind, at: 2)
        statement.bind(limit, at: 3)
        if let perKey { statement.bind(perKey, at: 4) }
        while try statement.step() { jobs.append((try statement.job(0), statement.integer(1))) }
        if jobs.count > before { lists += 1 }
    }

    /// The first of all, in the order in which they are claimed.
    func inOrder(limit: Int) -> [JobID] {
        guard lists > 1 else { return jobs.prefix(limit).map(\.job) }
        let sorted = jobs.sorted { $0.priority == $1.priority ? $0.job < $1.job : $0.priority > $1.priority }
        return sorted.prefix(limit).map(\.job)
    }
}
