import HoldfastCore
import HoldfastStore

/// Which index a list of jobs walks along, the newest first.
///
/// The columns are id, last_position, version, detail, state, kind, queue and owner; the first parameter is
/// what is looked for, the second the id before which the list begins.
enum JobListing {
    case all
    case state(JobPhaseName)
    case kind(JobKind)
    case queue(QueueName)
    case owner(Owner)
    case tag(JobTag)
}

extension Connection {
    /// The jobs along one index, the newest first, before an id.
    ///
    /// The caller steps and resets.
    func selectJobs(_ listing: JobListing, before: JobID?) throws(StoreError) -> Statement {
        let statement = try statement(listing.sql, for: "list jobs")
        switch listing {
        case .all: break
        case .state(let phase): statement.bind(phase.rawValue, at: 1)
        case .kind(let kind): statement.bind(kind, at: 1)
        case .queue(let queue): statement.bind(queue, at: 1)
        case .owner(let owner): statement.bind(owner, at: 1)
        case .tag(let tag): statement.bind(tag, at: 1)
        }
        // Behind every id: "g" follows all hexadecimal digits.
        statement.bind(before?.description ?? "g", at: 2)
        return statement
    }
}

extension JobListing {
    fileprivate var sql: StaticString {
        switch self {
        case .all:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM jobs
             WHERE id < ?2
             ORDER BY id DESC
            """#
        case .state:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM jobs INDEXED BY jobs_by_state
             WHERE state = ?1 AND id < ?2
             ORDER BY id DESC
            """#
        case .kind:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM jobs INDEXED BY jobs_by_kind
             WHERE kind = ?1 AND id < ?2
             ORDER BY id DESC
            """#
        case .queue:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM jobs INDEXED BY jobs_by_queue
             WHERE queue = ?1 AND id < ?2
             ORDER BY id DESC
            """#
        case .owner:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM jobs INDEXED BY jobs_by_owner
             WHERE owner = ?1 AND id < ?2
             ORDER BY id DESC
            """#
        case .tag:
            #"""
            SELECT id, last_position, version, detail, state, kind, queue, owner
              FROM job_tags CROSS JOIN jobs ON jobs.id = job_tags.job
             WHERE tag = ?1 AND job < ?2
             ORDER BY job DESC
            """#
        }
    }
}
