import HoldfastCore
import HoldfastStore

extension Connection {
    /// Changes leases, in order.
    func changeLeases(_ changes: [WriteSet.LeaseChange]) throws(StoreError) {
        for change in changes {
            switch change {
            case .grant(let lease): try grant(lease)
            case .renew(let job, let token, let expiresAt): try renew(job, token, expiresAt)
            case .end(let job): try endLease(of: job)
            }
        }
    }

    private func grant(_ lease: Lease) throws(StoreError) {
        let upsert = try statement(
            #"""
            INSERT INTO leases (job, token, worker, engine, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (job) DO UPDATE
               SET token = excluded.token, worker = excluded.worker, engine = excluded.engine,
                   expires_at = excluded.expires_at
            """#, for: "grant a lease")
        upsert.bind(lease.job, at: 1)
        upsert.bind(lease.token.position, at: 2)
        upsert.bind(lease.worker, at: 3)
        upsert.bind(lease.engine, at: 4)
        upsert.bind(lease.expiresAt, at: 5)
        try upsert.run()
    }

    private func renew(_ job: JobID, _ token: LeaseToken, _ expiresAt: Timestamp) throws(StoreError) {
        let update = try statement(
            #"UPDATE leases SET expires_at = ?3 WHERE job = ?1 AND token = ?2"#, for: "renew a lease")
        update.bind(job, at: 1)
        update.bind(token.position, at: 2)
        update.bind(expiresAt, at: 3)
        try update.run()
    }

    private func endLease(of job: JobID) throws(StoreError) {
        let delete = try statement(#"DELETE FROM leases WHERE job = ?1"#, for: "end a lease")
        delete.bind(job, at: 1)
        try delete.run()
    }
}
