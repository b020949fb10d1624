import HoldfastCore
import HoldfastStore

/// Between which positions all events of a job lie, both inclusive.
struct JobSpan {
    let first: EventLogPosition
    /// Nil while the job runs, because then it grows.
    let last: EventLogPosition?
}

extension Connection {
    /// The state of a job, by its events up to and including `through`; by all of them when it is nil.
    ///
    /// A rebuild folds the log step by step, so it counts the events up to where it has come.
    func readJob(_ id: JobID, through: EventLogPosition? = nil) throws(StoreError) -> JobState? {
        let statement = try statement(
            #"SELECT id, last_position, version, detail FROM jobs WHERE id = ?1"#, for: "read a job")
        defer { statement.reset() }
        statement.bind(id, at: 1)
        return try statement.step() ? try state(statement, through: through) : nil
    }

    /// The state in a row with the columns id, last_position, version and detail.
    func state(_ row: Statement, through: EventLogPosition? = nil) throws(StoreError) -> JobState {
        if let version = row.optionalInteger(2) {
            return try JobRows.decode(row.text(3), version: version, row)
        }
        let job = try row.job(0)
        let start = EventLogPosition(row.integer(1) - 1)
        let end = if let through { through } else { try readHeadPosition() }
        guard let version = try readLastVersion(of: job, after: start, through: end) else {
            throw row.damaged("the events of \(job), which runs, are missing")
        }
        return try JobRows.decode(row.text(3), version: version, row)
    }

    /// Where a job's events lie; nil when there is no such job.
    func readSpan(of job: JobID) throws(StoreError) -> JobSpan? {
        let statement = try statement(
            #"SELECT first_position, last_position, version FROM jobs WHERE id = ?1"#,
            for: "find a job's events")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        guard try statement.step() else { return nil }
        return JobSpan(
            first: statement.position(0), last: statement.isNull(2) ? nil : statement.position(1))
    }
}
