import HoldfastCore
import HoldfastStore

/// A part of the log that has its own place in the index of jobs.
enum LogSegment {
    /// As in the index `events_by_job`: a segment has 2^12 positions.
    static let bits: Int64 = 12

    /// The segment that a position lies in.
    static func number(of position: EventLogPosition) -> Int64 { position.value >> bits }
}

extension Connection {
    /// The events of one job within one segment, after a position and through another.
    ///
    /// The caller steps through the rows, whose columns are those of `EventRows`, and resets the statement.
    func selectStream(
        of job: JobID, segment: Int64, after: EventLogPosition, through: EventLogPosition, descending: Bool
    ) throws(StoreError) -> Statement {
        let statement =
            if descending {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_by_job
                     WHERE position >> 12 = ?1 AND job = ?2 AND position > ?3 AND position <= ?4
                     ORDER BY position DESC
                    """#, for: "read a job's events")
            } else {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_by_job
                     WHERE position >> 12 = ?1 AND job = ?2 AND position > ?3 AND position <= ?4
                     ORDER BY position
                    """#, for: "read a job's events")
            }
        statement.bind(segment, at: 1)
        statement.bind(job, at: 2)
        statement.bind(after, at: 3)
        statement.bind(through, at: 4)
        return statement
    }

    /// As `selectStream`, but the logged lines only, the newest first, without looking at the other events.
    func selectLogs(
        of job: JobID, segment: Int64, after: EventLogPosition, through: EventLogPosition
    ) throws(StoreError) -> Statement {
        let statement = try statement(
            #"""
            SELECT position, job, version, kind, schema_version, at, attempt, actor, data
              FROM events INDEXED BY events_logs_by_job
             WHERE position >> 12 = ?1 AND job = ?2 AND position > ?3 AND position <= ?4 AND kind = 'log.written'
             ORDER BY position DESC
            """#, for: "read a job's logs")
        statement.bind(segment, at: 1)
        statement.bind(job, at: 2)
        statement.bind(after, at: 3)
        statement.bind(through, at: 4)
        return statement
    }

    /// The version of a job's last event after a position and through another; nil when there is none.
    ///
    /// It looks at the newest segment first. A running job's last event mostly is there.
    func readLastVersion(
        of job: JobID, after: EventLogPosition, through: EventLogPosition
    ) throws(StoreError) -> Int64? {
        let statement = try statement(
            #"""
            SELECT version
              FROM events INDEXED BY events_by_job
             WHERE position >> 12 = ?1 AND job = ?2 AND position > ?3 AND position <= ?4
             ORDER BY position DESC
             LIMIT 1
            """#, for: "read a job's version")
        defer { statement.reset() }
        var segment = LogSegment.number(of: through)
        while segment >= LogSegment.number(of: after) {
            statement.bind(segment, at: 1)
            statement.bind(job, at: 2)
            statement.bind(after, at: 3)
            statement.bind(through, at: 4)
            if try statement.step() { return statement.integer(0) }
            statement.reset()
            segment -= 1
        }
        return nil
    }
}
