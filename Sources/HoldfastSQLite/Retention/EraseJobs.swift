import HoldfastCore
import HoldfastStore

// What retention deletes.
extension Connection {
    /// Deletes events and the rows that follow from them, and keeps where they stood.
    func erase(_ erasure: Erasure) throws(StoreError) {
        for part in erasure.parts {
            for sealed in part.events {
                try erasePastState(endedAt: sealed.event.position)
                try run(#"DELETE FROM events WHERE position = ?1"#, sealed.event.position)
            }
            for sha256 in part.content.sorted() { try endUse(of: sha256, by: part.job) }
            try eraseRows(of: part.job, limit: part.events.count)
        }
        for range in erasure.ranges {
            let insert = try statement(
                #"INSERT INTO pruned_ranges (first, last, last_hash, event) VALUES (?1, ?2, ?3, ?4)"#,
                for: "keep where events were pruned")
            insert.bind(range.first, at: 1)
            insert.bind(range.last, at: 2)
            range.lastHash.withBytes { insert.bind($0, at: 3) }
            insert.bind(erasure.event, at: 4)
            try insert.run()
        }
    }

    /// Deletes the row of the state that a job left with an event.
    func erasePastState(endedAt position: EventLogPosition) throws(StoreError) {
        try run(#"DELETE FROM past_states WHERE ended = ?1"#, position)
    }

    /// Deletes the rows of a job that has ended: the few at once, and of each table with one for an event at most `limit`.
    ///
    /// A job has at most so many of those as it has events, so all are gone with the last event.
    func eraseRows(of job: JobID, limit: Int) throws(StoreError) {
        try run(#"DELETE FROM jobs WHERE id = ?1"#, job)
        try run(
            #"DELETE FROM job_tags WHERE tag IN (SELECT tag FROM job_tags WHERE job = ?1) AND job = ?1"#, job)
        try run(
            #"""
            DELETE FROM steps
             WHERE job = ?1 AND (name, occurrence) IN (SELECT name, occurrence FROM steps WHERE job = ?1 LIMIT ?2)
            """#, job, limit: limit)
        try run(
            #"""
            DELETE FROM waits
             WHERE job = ?1
               AND (type, name, occurrence) IN (SELECT type, name, occurrence FROM waits WHERE job = ?1 LIMIT ?2)
            """#, job, limit: limit)
        try run(
            #"DELETE FROM artifacts WHERE job = ?1 AND name IN (SELECT name FROM artifacts WHERE job = ?1 LIMIT ?2)"#,
            job, limit: limit)
        try run(
            #"""
            DELETE FROM snapshots
             WHERE job = ?1 AND version IN (SELECT version FROM snapshots WHERE job = ?1 LIMIT ?2)
            """#, job, limit: limit)
    }

    /// Ends the use of a large value or a file by a job, and deletes it where nobody else uses it.
    func endUse(of sha256: String, by job: JobID) throws(StoreError) {
        let operation = "prune a large value"
        let end = try statement(#"DELETE FROM content_uses WHERE sha256 = ?1 AND job = ?2"#, for: operation)
        end.bind(sha256, at: 1)
        end.bind(job, at: 2)
        try end.run()
        let payload = try statement(
            #"DELETE FROM payloads WHERE sha256 = ?1 AND ?1 NOT IN (SELECT sha256 FROM content_uses WHERE sha256 = ?1)"#,
            for: operation)
        payload.bind(sha256, at: 1)
        try payload.run()
        // A file is left to whoever removes unfinished uploads, which is done piece by piece. The same bytes may be saved and
        // pruned again before that, so the name is that of the row.
        let blob = try statement(
            #"""
            UPDATE blobs SET sha256 = NULL, upload = 'pruned-' || id, job = ?2, token = 0
             WHERE sha256 = ?1 AND ?1 NOT IN (SELECT sha256 FROM content_uses WHERE sha256 = ?1)
            """#, for: operation)
        blob.bind(sha256, at: 1)
        blob.bind(job, at: 2)
        try blob.run()
    }

    private func run(_ sql: StaticString, _ position: EventLogPosition) throws(StoreError) {
        let statement = try statement(sql, for: "prune events")
        statement.bind(position, at: 1)
        try statement.run()
    }

    private func run(_ sql: StaticString, _ job: JobID, limit: Int? = nil) throws(StoreError) {
        let statement = try statement(sql, for: "prune a job")
        statement.bind(job, at: 1)
        if let limit { statement.bind(limit, at: 2) }
        try statement.run()
    }
}
