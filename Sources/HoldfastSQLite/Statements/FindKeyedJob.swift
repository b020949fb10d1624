import HoldfastCore
import HoldfastStore

extension Connection {
    /// The newest job of an owner and kind with this key.
    func findKeyedJob(_ key: JobKey, kind: JobKind, owner: Owner?) throws(StoreError) -> JobID? {
        // `IS` finds jobs without an owner as well.
        try findJob(
            key, kind: kind, owner: owner,
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_by_key
             WHERE key = ?1 AND kind = ?2 AND owner IS ?3
             ORDER BY id DESC
             LIMIT 1
            """#, for: "find a job by its key")
    }

    /// The newest job of an owner and kind with this key that has not ended.
    func findUnfinishedJob(_ key: JobKey, kind: JobKind, owner: Owner?) throws(StoreError) -> JobID? {
        try findJob(
            key, kind: kind, owner: owner,
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_by_unfinished_key
             WHERE key = ?1 AND kind = ?2 AND owner IS ?3 AND finished_at IS NULL
             ORDER BY id DESC
             LIMIT 1
            """#, for: "find an unfinished job by its key")
    }

    private func findJob(
        _ key: JobKey, kind: JobKind, owner: Owner?, _ sql: StaticString, for purpose: String
    ) throws(StoreError) -> JobID? {
        let statement = try statement(sql, for: purpose)
        defer { statement.reset() }
        statement.bind(key, at: 1)
        statement.bind(kind, at: 2)
        statement.bind(owner, at: 3)
        return try statement.step() ? try statement.job(0) : nil
    }
}
