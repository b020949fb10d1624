import HoldfastCore
import HoldfastStore

extension Connection {
    /// The jobs that a worker takes next: higher priority first, then older ids.
    ///
    /// Each kind is looked up by itself, so that any number of jobs of other kinds is not in the way.
    func findQueuedJobs(
        _ queue: QueueName, kinds: Set<JobKind>, limit: Int
    ) throws(StoreError) -> [JobID] {
        let statement = try statement(
            #"""
            SELECT id, priority
              FROM jobs INDEXED BY jobs_queued
             WHERE state = 'queued' AND queue = ?1 AND kind = ?2
             ORDER BY priority DESC, id
             LIMIT ?3
            """#, for: "find queued jobs")
        defer { statement.reset() }
        var found: [(job: JobID, priority: Int64)] = []
        for kind in kinds {
            statement.bind(queue, at: 1)
            statement.bind(kind, at: 2)
            statement.bind(limit, at: 3)
            while try statement.step() { found.append((try statement.job(0), statement.integer(1))) }
            statement.reset()
        }
        if kinds.count > 1 {
            found.sort { $0.priority == $1.priority ? $0.job < $1.job : $0.priority > $1.priority }
        }
        return found.prefix(limit).map(\.job)
    }
}
