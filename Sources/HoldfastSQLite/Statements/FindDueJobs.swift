import HoldfastCore
import HoldfastStore

extension Connection {
    /// Jobs whose `dueAt` is at or before `moment`, the earliest first.
    func findDueJobs(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_due
             WHERE due_at IS NOT NULL AND due_at <= ?1
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

    /// The earliest moment at which a job or a wait is due; nil when none is.
    func readEarliestDue() throws(StoreError) -> Timestamp? {
        let statement = try statement(
            #"""
            SELECT min(due_at)
              FROM (SELECT * FROM (SELECT due_at FROM jobs INDEXED BY jobs_due WHERE due_at IS NOT NULL
                                    ORDER BY due_at LIMIT 1)
                     UNION ALL
                    SELECT * FROM (SELECT due_at FROM waits INDEXED BY waits_due WHERE due_at IS NOT NULL
                                    ORDER BY due_at LIMIT 1))
            """#, for: "find the earliest due time")
        defer { statement.reset() }
        return try statement.step() ? statement.time(0) : nil
    }
}
