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
        statement.bind(query.before?.description ?? "g", at: 2)
        statement.bind(query.filter.kind, at: 3)
        statement.bind(query.filter.queue, at: 4)
        statement.bind(query.filter.owner, at: 5)
        // A walk along one state has no such parameter, and SQLite refuses a value for one that is not there.
        if case .state = listing { return statement }
        let states = query.filter.phases.map {
            "," + $0.map(\.rawValue).sorted().joined(separator: ",") + ","
        }
        statement.bind(states, at: 6)
        return statement
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
             ORDER BY id DESC
            """#
        case .state:
            #"""
            SELECT id, last_position, version, detail
              FROM jobs INDEXED BY jobs_by_state
             WHERE state = ?1 AND state IN ('scheduled', 'waiting', 'paused', 'failed', 'cancelled') AND id < ?2
               AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4) AND (?5 IS NULL OR owner = ?5)
             ORDER BY id DESC
            """#
        case .owner:
            #"""
            SELECT id, last_position, version, detail
              FROM jobs INDEXED BY jobs_by_owner
             WHERE owner = ?1 AND id < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4)
               AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0)
             ORDER BY id DESC
            """#
        case .tag:
            #"""
            SELECT id, last_position, version, detail
              FROM job_tags CROSS JOIN jobs ON jobs.id = job_tags.job
             WHERE tag = ?1 AND job < ?2 AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR queue = ?4)
               AND (?6 IS NULL OR instr(?6, ',' || state || ',') > 0) AND (?5 IS NULL OR owner = ?5)
             ORDER BY job DESC
            """#
        }
    }
}
