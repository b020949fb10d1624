import HoldfastCore
import HoldfastStore

// What retention looks for.
extension Connection {
    /// Jobs of a kind that ended in a state before a moment, the first ended first.
    func readEndedJobs(
        _ kind: JobKind, _ state: JobPhaseName, before moment: Timestamp?, limit: Int
    ) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_finished
             WHERE kind = ?1 AND state = ?2 AND finished_at IS NOT NULL AND (?3 IS NULL OR finished_at < ?3)
             ORDER BY finished_at
             LIMIT ?4
            """#, for: "find jobs to prune")
        defer { statement.reset() }
        statement.bind(kind, at: 1)
        statement.bind(state.rawValue, at: 2)
        statement.bind(moment, at: 3)
        statement.bind(limit, at: 4)
        var found: [JobID] = []
        while try statement.step() { found.append(try statement.job(0)) }
        return found
    }

    /// The kinds of jobs that have ended, by name.
    func readEndedKinds() throws(StoreError) -> [JobKind] {
        let statement = try statement(
            #"""
            WITH RECURSIVE kinds(kind) AS (
                SELECT min(kind) FROM jobs INDEXED BY jobs_finished WHERE finished_at IS NOT NULL
                UNION ALL
                SELECT (SELECT min(jobs.kind) FROM jobs INDEXED BY jobs_finished
                         WHERE finished_at IS NOT NULL AND jobs.kind > kinds.kind)
                  FROM kinds WHERE kinds.kind IS NOT NULL)
            SELECT kind FROM kinds WHERE kind IS NOT NULL
            """#, for: "find jobs to prune")
        defer { statement.reset() }
        var kinds: [JobKind] = []
        while try statement.step() { kinds.append(JobKind(unchecked: statement.text(0))) }
        return kinds
    }

    /// What is left of a job that was pruned.
    func readPrunedJob(_ id: JobID) throws(StoreError) -> PrunedJob? {
        let statement = try statement(
            #"SELECT kind, state, first_position, partly FROM pruned_jobs WHERE id = ?1"#,
            for: "read a pruned job")
        defer { statement.reset() }
        statement.bind(id, at: 1)
        guard try statement.step() else { return nil }
        guard let state = JobPhaseName(rawValue: statement.text(1)) else {
            throw statement.damaged("a state is unknown")
        }
        return PrunedJob(
            id: id, kind: JobKind(unchecked: statement.text(0)), state: state, first: statement.position(2),
            isPartly: statement.integer(3) == 1)
    }

    /// Where the event stands that told last of a job that was pruned.
    func readLastPruning(of id: JobID) throws(StoreError) -> EventLogPosition? {
        let statement = try statement(
            #"SELECT event FROM pruned_jobs WHERE id = ?1"#, for: "read a pruned job")
        defer { statement.reset() }
        statement.bind(id, at: 1)
        return try statement.step() ? statement.position(0) : nil
    }

    /// Jobs of which some events are left to be deleted.
    func readPartlyPrunedJobs(limit: Int) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"SELECT id FROM pruned_jobs WHERE partly = 1 ORDER BY id LIMIT ?1"#, for: "read pruned jobs")
        defer { statement.reset() }
        statement.bind(limit, at: 1)
        var found: [JobID] = []
        while try statement.step() { found.append(try statement.job(0)) }
        return found
    }

    /// A page of the stretches that were pruned, in order.
    func readPrunedRanges(
        after position: EventLogPosition, limit: Int
    ) throws(StoreError) -> [SealedRange] {
        let statement = try statement(
            #"SELECT first, last, last_hash, event FROM pruned_ranges WHERE first > ?1 ORDER BY first LIMIT ?2"#,
            for: "read what was pruned")
        defer { statement.reset() }
        statement.bind(position, at: 1)
        statement.bind(limit, at: 2)
        var ranges: [SealedRange] = []
        while try statement.step() {
            let range = PrunedRange(
                first: statement.position(0), last: statement.position(1), lastHash: try statement.sum(2))
            ranges.append(SealedRange(range: range, event: statement.position(3)))
        }
        return ranges
    }

    /// Some of a job's events with their seals, the first ones that are still there, also of a job without a row.
    func readSealedEvents(
        of job: JobID, from first: EventLogPosition, limit: Int, rows: EventRows
    ) throws(StoreError) -> [SealedEvent] {
        let statement = try statement(
            #"""
            SELECT position, job, version, kind, schema_version, at, attempt, actor, data, salt, data_hash, hash
              FROM events INDEXED BY events_by_job
             WHERE position >> 12 = ?1 AND job = ?2
             ORDER BY position
            """#, for: "read a job's events")
        let head = try readHeadPosition()
        var events: [SealedEvent] = []
        var segment = LogSegment.number(of: first)
        while segment <= LogSegment.number(of: head), events.count < limit {
            statement.bind(segment, at: 1)
            statement.bind(job, at: 2)
            defer { statement.reset() }
            while events.count < limit, try statement.step() {
                events.append(try rows.sealedEvent(statement))
            }
            segment += 1
        }
        return events
    }

    /// Gives some of the free pages back to the file system.
    ///
    /// - Returns: How many are free still.
    func releasePages(limit: Int) throws(StoreError) -> Int {
        let operation = "give free pages back"
        _ = try values("PRAGMA incremental_vacuum(\(limit))", for: operation)
        return Int(try values("PRAGMA freelist_count", for: operation).first ?? "0") ?? 0
    }
}
