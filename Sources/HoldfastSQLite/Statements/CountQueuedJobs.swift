import HoldfastCore
import HoldfastStore

extension Connection {
    /// How many queued jobs of a job's queue and kind a worker takes before it, counted up to `limit`.
    ///
    /// Each part is a range of an index, so that nothing behind the job is looked at and no row is read.
    func countQueuedJobs(before job: JobState, limit: Int) throws(StoreError) -> Int {
        let statement = try statement(
            #"""
            SELECT count(*)
              FROM (
                   SELECT 1
                     FROM jobs INDEXED BY jobs_queued
                    WHERE state = 'queued' AND limit_key IS NULL AND queue = ?1 AND kind = ?2 AND priority > ?3
                   UNION ALL
                   SELECT 1
                     FROM jobs INDEXED BY jobs_queued
                    WHERE state = 'queued' AND limit_key IS NULL AND queue = ?1 AND kind = ?2 AND priority = ?3
                      AND id < ?4
                   UNION ALL
                   SELECT 1
                     FROM jobs INDEXED BY jobs_queued_with_key
                    WHERE state = 'queued' AND limit_key IS NOT NULL AND queue = ?1 AND kind = ?2 AND priority > ?3
                   UNION ALL
                   SELECT 1
                     FROM jobs INDEXED BY jobs_queued_with_key
                    WHERE state = 'queued' AND limit_key IS NOT NULL AND queue = ?1 AND kind = ?2 AND priority = ?3
                      AND id < ?4
                   LIMIT ?5
              )
            """#, for: "count the jobs ahead")
        defer { statement.reset() }
        statement.bind(job.origin.queue, at: 1)
        statement.bind(job.origin.kind, at: 2)
        statement.bind(job.priority.value, at: 3)
        statement.bind(job.id, at: 4)
        statement.bind(limit, at: 5)
        return try statement.step() ? Int(statement.integer(0)) : 0
    }
}
