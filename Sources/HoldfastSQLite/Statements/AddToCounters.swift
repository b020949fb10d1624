import HoldfastCore
import HoldfastStore

extension Connection {
    /// Adds to the numbers of jobs of a queue in a state.
    ///
    /// A row that comes to zero is removed, so that the rows do not depend on how the events were grouped
    /// into transactions.
    func addToCounters(_ changes: [QueueCountKey: Int]) throws(StoreError) {
        for (key, change) in changes where change != 0 {
            let add = try statement(
                #"""
                INSERT INTO counters (queue, state, jobs) VALUES (?1, ?2, ?3)
                ON CONFLICT (queue, state) DO UPDATE SET jobs = jobs + excluded.jobs
                """#, for: "count jobs")
            add.bind(key.queue, at: 1)
            add.bind(key.phase.rawValue, at: 2)
            add.bind(change, at: 3)
            try add.run()
            guard change < 0 else { continue }
            let remove = try statement(
                #"DELETE FROM counters WHERE queue = ?1 AND state = ?2 AND jobs = 0"#, for: "count jobs")
            remove.bind(key.queue, at: 1)
            remove.bind(key.phase.rawValue, at: 2)
            try remove.run()
        }
    }
}
