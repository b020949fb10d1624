import HoldfastCore
import HoldfastStore

extension Connection {
    /// The record of a step; nil when it never began.
    func readStep(_ key: StepKey, of job: JobID) throws(StoreError) -> StepRecord? {
        let statement = try statement(
            #"""
            SELECT name, occurrence, status, failures, attempt, started_at, changed_at, position, duration_us, retry_at
              FROM steps
             WHERE job = ?1 AND name = ?2 AND occurrence = ?3
            """#, for: "read a step")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        statement.bind(key.name, at: 2)
        statement.bind(key.occurrence, at: 3)
        return try statement.step() ? try stepRecord(statement) : nil
    }

    /// A page of a job's steps after a key, ordered by the bytes of their names, then by occurrence.
    func readSteps(of job: JobID, after key: StepKey?, limit: Int) throws(StoreError) -> [StepRecord] {
        let statement = try statement(
            #"""
            SELECT name, occurrence, status, failures, attempt, started_at, changed_at, position, duration_us, retry_at
              FROM steps
             WHERE job = ?1 AND (name, occurrence) > (?2, ?3)
             ORDER BY name, occurrence
             LIMIT ?4
            """#, for: "read a job's steps")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        // The empty name stands before all others.
        statement.bind(key?.name.rawValue ?? "", at: 2)
        statement.bind(key?.occurrence ?? 0, at: 3)
        statement.bind(limit, at: 4)
        var records: [StepRecord] = []
        while try statement.step() { records.append(try stepRecord(statement)) }
        return records
    }

    private func stepRecord(_ row: Statement) throws(StoreError) -> StepRecord {
        let position = row.position(7)
        let status: StepRecord.Status
        switch row.text(2) {
        case "started": status = .started
        case "completed": status = .completed(at: position, duration: row.integer(8))
        case "failed": status = .failed(at: position, retryAt: row.time(9))
        case "unused": status = .unused(result: position, duration: row.integer(8))
        default: throw row.damaged("the status of a step is unknown")
        }
        return StepRecord(
            key: StepKey(StepName(unchecked: row.text(0)), occurrence: Int(row.integer(1))),
            failures: Int(row.integer(3)), attempt: Int(row.integer(4)),
            startedAt: Timestamp(microseconds: row.integer(5)),
            changedAt: Timestamp(microseconds: row.integer(6)), status: status)
    }
}
