import HoldfastCore
import HoldfastStore

/// Which index a list of jobs walks along, the newest first.
enum JobListing {
    /// All jobs; what does not fit is passed over without reading its row.
    case all
    /// The jobs of a state that few jobs are in for long.
    case state(JobPhaseName)
    case owner(Owner)
    case tag(JobTag)

    /// The states that have an index of their own.
    static let indexedStates: Set<JobPhaseName> = [.scheduled, .waiting, .paused, .failed, .cancelled]
}

extension Connection {
    /// The jobs of a query along one index, the newest first.
    ///
    /// The columns are id, last_position, version and detail. The caller steps and resets.
    func selectJobs(_ listing: JobListing, _ query: JobQuery) throws(StoreError) -> Statement {
        let statement = try statement(listing.sql, for: "list jobs")
        switch listing {
        case .all: break
        case .state(let phase): statement.bind(phase.rawValue, at: 1)
        case .owner(let owner): statement.bind(owner, at: 1)
        case .tag(let tag): statement.bind(tag, at: 1)
        }
        // Behind every id: "g" follows all hexadecimal digits.
        statement.bind(min(query.before?.description ?? "g", query.lastID ?? "g"), at: 2)
        statement.bind(query.filter.kind, at: 3)
        statement.bind(query.filter.queue, at: 4)
        statement.bind(query.filter.owner, at: 5)
        statement.bind(query.firstID ?? "", at: 7)
        statement.bind(query.since, at: 8)
        statement.bind(query.until, at: 9)
        // A walk along one state has its state in the index.
        if case .state = listing { return statement }
        let states = query.filter.phases.map {
            "," + $0.map(\.rawValue).sorted().joined(separator: ",") + ","
        }
        statement.bind(states, at: 6)
        return statement
    }
}

/// An id holds the moment at which it was made, shortly before the job was enqueued: so a time is a place on the walk, and
/// nothing far from it is read. A minute is more than a writer waits for its turn.
extension JobQuery {
    /// Below the ids of all jobs that can be meant; nil for no bound.
    fileprivate var firstID: String? {
        since.map { JobID(at: $0 + .seconds(-60), random: 0).description }
    }

    /// Above the ids of all jobs that can be meant; nil for no bound.
    fileprivate var lastID: String? {
        until.map { JobID(at: $0 + .seconds(60), random: .max).description }
    }
}

extension JobListing {
    fileprivate var sql: StaticString {
        switch self {
        case .all:
            #"""
            SELECT id, last_position, version, detail
              FROM jobs INDEXED BY jobs_list
             WHERE id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4)
               AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0) AND (?5 IS NULL OR owner = ?5)
               AND id >= ?7 AND (?8 IS NULL OR enqueued_at >= ?8) AND (?9 IS NULL OR enqueued_at < ?9)
             ORDER BY id DESC
            """#
        case .state:
            #"""
            SELECT id, last_position, version, detail
              FROM jobs INDEXED BY jobs_by_state
             WHERE state = ?1 AND state IN ('scheduled', 'waiting', 'paused', 'failed', 'cancelled') AND id < ?2
               AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
               AND id >= ?7 AND (?8 IS NULL OR enqueued_at >= ?8) AND (?9 IS NULL OR enqueued_at < ?9)
             ORDER BY id DESC
            """#
        case .owner:
            #"""
            SELECT id, last_position, version, detail
              FROM jobs INDEXED BY jobs_by_owner
             WHERE owner = ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4)
               AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0)
               AND id >= ?7 AND (?8 IS NULL OR enqueued_at >= ?8) AND (?9 IS NULL OR enqueued_at < ?9)
             ORDER BY id DESC
            """#
        case .tag:
            #"""
            SELECT id, last_position, version, detail
              FROM job_tags CROSS JOIN jobs ON jobs.id = job_tags.job
             WHERE tag = ?1 AND job < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4)
               AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0) AND (?5 IS NULL OR owner = ?5)
               AND job >= ?7 AND (?8 IS NULL OR enqueued_at >= ?8) AND (?9 IS NULL OR enqueued_at < ?9)
             ORDER BY job DESC
            """#
        }
    }
}
