import HoldfastCore
import HoldfastStore

extension Connection {
    /// The position of the event with the greatest (at, position) not after a moment.
    func findPosition(at moment: Timestamp) throws(StoreError) -> EventLogPosition {
        let statement = try statement(
            #"""
            SELECT position
              FROM events INDEXED BY events_by_time
             WHERE at <= ?1
             ORDER BY at DESC, position DESC
             LIMIT 1
            """#, for: "find a moment")
        defer { statement.reset() }
        statement.bind(moment, at: 1)
        return try statement.step() ? statement.position(0) : .beginning
    }

    /// The last state of a job that is kept from a position or before.
    func readKeptState(
        of job: JobID, at position: EventLogPosition
    ) throws(StoreError) -> WriteSet.Snapshot? {
        let statement = try statement(
            #"""
            SELECT position, state
              FROM snapshots INDEXED BY snapshots_by_position
             WHERE job = ?1 AND position <= ?2
             ORDER BY position DESC
             LIMIT 1
            """#, for: "read a kept state")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        statement.bind(position, at: 2)
        guard try statement.step() else { return nil }
        do {
            let state = try JobStateCodec.decode(JSONText(unchecked: statement.text(1)))
            return WriteSet.Snapshot(state: state, position: statement.position(0))
        } catch {
            throw statement.damaged("the kept state of a job cannot be read: \(error)")
        }
    }

    /// Jobs that there were at a position, whatever their states, the newest first.
    func readPastJobs(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_list
             WHERE first_position <= ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND (?6 IS NULL OR EXISTS (SELECT 1 FROM job_tags WHERE tag = ?6 AND job = jobs.id))
               AND (?7 IS NULL OR enqueued_at >= ?7) AND (?8 IS NULL OR enqueued_at < ?8)
             ORDER BY id DESC
             LIMIT ?9
            """#, for: "list jobs of the past")
        return try readIDs(statement, query, at: position)
    }

    /// Jobs that are in a state now and were in it at a position, the newest first.
    func readJobs(
        stillIn phase: JobPhaseName, _ query: JobQuery, at position: EventLogPosition
    ) throws(StoreError) -> [JobID] {
        let statement = try statement(phase.stillIn, for: "list jobs of the past")
        statement.bind(phase.rawValue, at: 10)
        return try readIDs(statement, query, at: position)
    }

    /// Jobs that were in a state at a position and left it later, the newest first.
    func readJobs(
        thatLeft phase: JobPhaseName, _ query: JobQuery, at position: EventLogPosition
    ) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            WITH RECURSIVE sizes(bits) AS (SELECT 1 UNION ALL SELECT bits + 1 FROM sizes WHERE bits < 48)
            SELECT id
              FROM sizes
              CROSS JOIN past_states INDEXED BY past_states_by_size ON past_states.state = ?10 AND size = bits
                   AND ended > ?1 AND ended < ?1 + (1 << bits) AND began <= ?1
              CROSS JOIN jobs ON first_position = past_states.job
             WHERE id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND (?6 IS NULL OR EXISTS (SELECT 1 FROM job_tags WHERE tag = ?6 AND job = jobs.id))
               AND (?7 IS NULL OR enqueued_at >= ?7) AND (?8 IS NULL OR enqueued_at < ?8)
             ORDER BY id DESC
             LIMIT ?9
            """#, for: "list jobs of the past")
        statement.bind(phase.rawValue, at: 10)
        return try readIDs(statement, query, at: position)
    }

    /// The number of jobs that each queue had in each state at a position.
    func readCounters(at position: EventLogPosition) throws(StoreError) -> [QueueCountKey: Int] {
        let statement = try statement(
            #"""
            WITH RECURSIVE sizes(bits) AS (SELECT 1 UNION ALL SELECT bits + 1 FROM sizes WHERE bits < 48),
                 states(state) AS (
                     VALUES ('scheduled'), ('queued'), ('running'), ('waiting'), ('paused'), ('completed'), ('failed'),
                            ('cancelled'))
            SELECT queue, state, count(*) FROM jobs WHERE state_position <= ?1 GROUP BY queue, state
            UNION ALL
            SELECT queue, past_states.state, count(*)
              FROM states
              CROSS JOIN sizes
              CROSS JOIN past_states INDEXED BY past_states_by_size ON past_states.state = states.state AND size = bits
                   AND ended > ?1 AND ended < ?1 + (1 << bits) AND began <= ?1
              CROSS JOIN jobs ON first_position = past_states.job
             GROUP BY queue, past_states.state
            """#, for: "count the jobs of the past")
        defer { statement.reset() }
        statement.bind(position, at: 1)
        return try readCounts(statement)
    }

    private func readIDs(
        _ statement: Statement, _ query: JobQuery, at position: EventLogPosition
    ) throws(StoreError) -> [JobID] {
        defer { statement.reset() }
        statement.bind(position, at: 1)
        // Behind every id: "g" follows all hexadecimal digits.
        statement.bind(query.before?.description ?? "g", at: 2)
        statement.bind(query.filter.kind, at: 3)
        statement.bind(query.filter.queue, at: 4)
        statement.bind(query.filter.owner, at: 5)
        statement.bind(query.filter.tag, at: 6)
        statement.bind(query.since, at: 7)
        statement.bind(query.until, at: 8)
        statement.bind(max(1, query.limit), at: 9)
        var found: [JobID] = []
        while try statement.step() { found.append(try statement.job(0)) }
        return found
    }
}

extension JobPhaseName {
    /// Finds the jobs that are in this state and came to it before a position, along what has as few other jobs as can be.
    fileprivate var stillIn: StaticString {
        switch self {
        case .running:
            // A job has a lease as long as it runs, and only then.
            #"""
            SELECT id
              FROM leases
              CROSS JOIN jobs INDEXED BY jobs_list ON id = leases.job
             WHERE state = ?10 AND state_position <= ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND (?6 IS NULL OR EXISTS (SELECT 1 FROM job_tags WHERE tag = ?6 AND job = jobs.id))
               AND (?7 IS NULL OR enqueued_at >= ?7) AND (?8 IS NULL OR enqueued_at < ?8)
             ORDER BY leases.job DESC
             LIMIT ?9
            """#
        case .scheduled, .waiting, .paused, .failed, .cancelled:
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_by_state
             WHERE state = ?10 AND state IN ('scheduled', 'waiting', 'paused', 'failed', 'cancelled')
               AND state_position <= ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND (?6 IS NULL OR EXISTS (SELECT 1 FROM job_tags WHERE tag = ?6 AND job = jobs.id))
               AND (?7 IS NULL OR enqueued_at >= ?7) AND (?8 IS NULL OR enqueued_at < ?8)
             ORDER BY id DESC
             LIMIT ?9
            """#
        case .queued, .completed:
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_list
             WHERE state = ?10 AND state_position <= ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND (?6 IS NULL OR EXISTS (SELECT 1 FROM job_tags WHERE tag = ?6 AND job = jobs.id))
               AND (?7 IS NULL OR enqueued_at >= ?7) AND (?8 IS NULL OR enqueued_at < ?8)
             ORDER BY id DESC
             LIMIT ?9
            """#
        }
    }
}
