import HoldfastCore
import HoldfastStore

/// Says of which jobs the first one is meant: those of one queue, kind and limit key.
struct QueueHead: Hashable {
    let queue: QueueName
    let kind: JobKind
    let key: LimitKey

    /// Nil for a job without a limit key.
    init?(_ state: JobState) {
        guard let key = state.origin.limitKey else { return nil }
        queue = state.origin.queue
        kind = state.origin.kind
        self.key = key
    }
}

extension Connection {
    /// Finds the first queued job of a limit key and kind again, after one of them changed.
    func refreshQueueHead(_ head: QueueHead) throws(StoreError) {
        let remove = try statement(
            #"DELETE FROM queue_heads WHERE queue = ?1 AND kind = ?2 AND key = ?3"#,
            for: "forget the first job of a limit key")
        remove.bind(head.queue, at: 1)
        remove.bind(head.kind, at: 2)
        remove.bind(head.key, at: 3)
        try remove.run()
        let insert = try statement(
            #"""
            INSERT INTO queue_heads (queue, kind, key, priority, job)
            SELECT queue, kind, limit_key, priority, id
              FROM jobs INDEXED BY jobs_queued_by_key
             WHERE state = 'queued' AND limit_key IS NOT NULL AND queue = ?1 AND kind = ?2 AND limit_key = ?3
             ORDER BY priority DESC, id
             LIMIT 1
            """#, for: "keep the first job of a limit key")
        insert.bind(head.queue, at: 1)
        insert.bind(head.kind, at: 2)
        insert.bind(head.key, at: 3)
        try insert.run()
    }
}
