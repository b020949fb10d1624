import HoldfastCore
import HoldfastStore

extension Connection {
    /// Closes what a job that ended still waited for; a child ends by itself.
    func closeWaits(of job: JobID) throws(StoreError) {
        let update = try statement(
            #"""
            UPDATE waits SET status = 'closed', due_at = NULL
             WHERE job = ?1 AND status = 'open' AND type != 'child'
            """#, for: "close waits")
        update.bind(job, at: 1)
        try update.run()
    }

    /// Brings the records of a job's waits up to date, or adds them.
    func writeWaits(_ records: [WaitRecord], of job: JobID) throws(StoreError) {
        let upsert = try statement(
            #"""
            INSERT INTO waits (job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline,
                               child, request, result, request_sha256)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            ON CONFLICT (job, type, name, occurrence) DO UPDATE
               SET status = excluded.status, opened = excluded.opened, opened_at = excluded.opened_at,
                   changed_at = excluded.changed_at, due_at = excluded.due_at, on_deadline = excluded.on_deadline,
                   child = excluded.child, request = excluded.request, result = excluded.result,
                   request_sha256 = excluded.request_sha256
            """#, for: "record a wait")
        for record in records {
            upsert.bind(job, at: 1)
            upsert.bind(record.key.kind.rawValue, at: 2)
            upsert.bind(record.key.name, at: 3)
            upsert.bind(record.key.occurrence, at: 4)
            upsert.bind(record.status.rawValue, at: 5)
            upsert.bind(record.opened, at: 6)
            upsert.bind(record.openedAt, at: 7)
            upsert.bind(record.changedAt, at: 8)
            upsert.bind(record.due, at: 9)
            upsert.bind(record.onDeadline?.rawValue, at: 10)
            upsert.bind(record.child, at: 11)
            upsert.bind(record.request, at: 12)
            upsert.bind(record.result, at: 13)
            upsert.bind(record.requestSHA256, at: 14)
            try upsert.run()
        }
    }
}
