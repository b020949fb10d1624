import HoldfastCore
import HoldfastStore

extension Connection {
    /// Brings the records of a job's steps up to date, or adds them.
    func writeSteps(_ records: [StepRecord], of job: JobID) throws(StoreError) {
        let upsert = try statement(
            #"""
            INSERT INTO steps (job, name, occurrence, status, failures, attempt, started_at, changed_at, position,
                               duration_us, retry_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT (job, name, occurrence) DO UPDATE
               SET status = excluded.status, failures = excluded.failures, attempt = excluded.attempt,
                   changed_at = excluded.changed_at, position = excluded.position,
                   duration_us = excluded.duration_us, retry_at = excluded.retry_at
            """#, for: "record a step")
        for record in records {
            upsert.bind(job, at: 1)
            upsert.bind(record.key.name, at: 2)
            upsert.bind(record.key.occurrence, at: 3)
            upsert.bind(record.status.name, at: 4)
            upsert.bind(record.failures, at: 5)
            upsert.bind(record.attempt, at: 6)
            upsert.bind(record.startedAt, at: 7)
            upsert.bind(record.changedAt, at: 8)
            var position: EventLogPosition?
            var duration: Int64?
            var retryAt: Timestamp?
            switch record.status {
            case .started: break
            case .completed(let at, let microseconds): (position, duration) = (at, microseconds)
            case .failed(let at, let moment): (position, retryAt) = (at, moment)
            case .unused(let result, let microseconds): (position, duration) = (result, microseconds)
            }
            upsert.bind(position, at: 9)
            upsert.bind(duration, at: 10)
            upsert.bind(retryAt, at: 11)
            try upsert.run()
        }
    }
}
