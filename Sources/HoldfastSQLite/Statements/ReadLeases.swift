import HoldfastCore
import HoldfastStore

extension Connection {
    /// All leases, in the order of their jobs.
    func readLeases() throws(StoreError) -> [Lease] {
        let statement = try statement(
            #"SELECT job, token, worker, engine, expires_at FROM leases ORDER BY job"#, for: "read the leases"
        )
        return try leases(statement)
    }

    /// The leases that ended at or before `moment`, or that `engine` holds, in the order of their jobs.
    func readLeases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease] {
        let statement = try statement(
            #"""
            SELECT job, token, worker, engine, expires_at
              FROM leases
             WHERE expires_at <= ?1 OR engine = ?2
             ORDER BY job
            """#, for: "find lost leases")
        statement.bind(moment, at: 1)
        statement.bind(engine, at: 2)
        return try leases(statement)
    }

    private func leases(_ statement: Statement) throws(StoreError) -> [Lease] {
        defer { statement.reset() }
        var leases: [Lease] = []
        while try statement.step() {
            leases.append(
                Lease(
                    job: try statement.job(0), token: LeaseToken(statement.position(1)),
                    worker: WorkerID(unchecked: statement.text(2)),
                    engine: EngineID(unchecked: statement.text(3)),
                    expiresAt: Timestamp(microseconds: statement.integer(4))))
        }
        return leases
    }
}
