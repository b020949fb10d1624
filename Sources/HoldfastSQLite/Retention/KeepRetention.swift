import HoldfastCore
import HoldfastStore

// The rows that follow from what retention recorded.
extension Connection {
    /// Keeps which jobs refer to which large values and files.
    func noteContent(_ uses: [WriteSet.ContentUse]) throws(StoreError) {
        for use in uses {
            let insert = try statement(
                #"INSERT INTO content_uses (sha256, job) VALUES (?1, ?2) ON CONFLICT DO NOTHING"#,
                for: "keep the use of a value")
            insert.bind(use.sha256, at: 1)
            insert.bind(use.job?.description ?? "", at: 2)
            try insert.run()
        }
    }

    /// Keeps what is left of jobs that were pruned.
    func keepPrunedJobs(_ pruned: [WriteSet.Pruned]) throws(StoreError) {
        for entry in pruned {
            let insert = try statement(
                #"""
                INSERT INTO pruned_jobs (id, kind, state, first_position, event, partly)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (id) DO UPDATE SET event = excluded.event, partly = excluded.partly
                """#, for: "keep that a job was pruned")
            insert.bind(entry.job.id, at: 1)
            insert.bind(entry.job.kind, at: 2)
            insert.bind(entry.job.state.rawValue, at: 3)
            insert.bind(entry.job.first, at: 4)
            insert.bind(entry.event, at: 5)
            insert.bind(entry.job.isPartly ? 1 : 0, at: 6)
            try insert.run()
        }
    }
}
