import HoldfastCore
import HoldfastStore

extension Connection {
    /// Adds to the numbers of running jobs of limit keys.
    ///
    /// A row that comes to zero is removed: there may be any number of customers.
    func addToRunningKeys(_ changes: [QueueKey: Int]) throws(StoreError) {
        for (key, change) in changes where change != 0 {
            let add = try statement(
                #"""
                INSERT INTO running_keys (queue, key, jobs) VALUES (?1, ?2, ?3)
                ON CONFLICT (queue, key) DO UPDATE SET jobs = jobs + excluded.jobs
                """#, for: "count running jobs of a limit key")
            add.bind(key.queue, at: 1)
            add.bind(key.key, at: 2)
            add.bind(change, at: 3)
            try add.run()
            guard change < 0 else { continue }
            let remove = try statement(
                #"DELETE FROM running_keys WHERE queue = ?1 AND key = ?2 AND jobs = 0"#,
                for: "count running jobs of a limit key")
            remove.bind(key.queue, at: 1)
            remove.bind(key.key, at: 2)
            try remove.run()
        }
    }

    /// The number of running jobs of a queue: those with a limit key, or all when it is nil.
    func readRunning(in queue: QueueName, key: LimitKey?) throws(StoreError) -> Int {
        let statement =
            key == nil
            ? try statement(
                #"SELECT jobs FROM counters WHERE queue = ?1 AND state = 'running'"#,
                for: "read the number of running jobs")
            : try statement(
                #"SELECT jobs FROM running_keys WHERE queue = ?1 AND key = ?2"#,
                for: "read the number of running jobs of a limit key")
        defer { statement.reset() }
        statement.bind(queue, at: 1)
        if let key { statement.bind(key, at: 2) }
        return try statement.step() ? Int(statement.integer(0)) : 0
    }
}
