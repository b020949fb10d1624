import HoldfastCore
import HoldfastStore

extension Connection {
    /// Jobs whose due time is at or before `moment`, the earliest first.
    func findDueJobs(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_due
             WHERE state = 'scheduled' AND due_at <= ?1
             ORDER BY due_at, id
             LIMIT ?2
            """#, for: "find due jobs")
        defer { statement.reset() }
        statement.bind(moment, at: 1)
        statement.bind(limit, at: 2)
        var jobs: [JobID] = []
        while try statement.step() { jobs.append(try statement.job(0)) }
        return jobs
    }

    /// The earliest due time of a scheduled job; nil when none waits.
    func readEarliestDue() throws(StoreError) -> Timestamp? {
        let statement = try statement(
            #"""
            SELECT due_at
              FROM jobs INDEXED BY jobs_due
             WHERE state = 'scheduled'
             ORDER BY due_at
             LIMIT 1
            """#, for: "find the earliest due time")
        defer { statement.reset() }
        return try statement.step() ? statement.time(0) : nil
    }
}
