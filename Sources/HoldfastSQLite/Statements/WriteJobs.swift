import HoldfastCore
import HoldfastStore

extension Connection {
    /// Adds the row of a job that begins.
    func insertJob(_ state: JobState, span: EventSpan) throws(StoreError) {
        let insert = try statement(
            #"""
            INSERT INTO jobs (id, kind, queue, priority, state, due_at, key, owner, enqueued_at, finished_at,
                              first_position, last_position, version, detail, limit_key, state_position)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """#, for: "add a job")
        insert.bind(state.id, at: 1)
        insert.bind(state.origin.kind, at: 2)
        insert.bind(state.origin.queue, at: 3)
        insert.bind(state.priority.value, at: 4)
        insert.bind(state.phase.name.rawValue, at: 5)
        insert.bind(state.dueAt, at: 6)
        insert.bind(state.origin.key, at: 7)
        insert.bind(state.origin.owner, at: 8)
        insert.bind(state.origin.enqueuedAt, at: 9)
        insert.bind(state.finishedAt, at: 10)
        insert.bind(span.first, at: 11)
        insert.bind(state.runPosition ?? span.last, at: 12)
        insert.bind(state.runPosition == nil ? state.version : nil, at: 13)
        insert.bind(JobRows.encode(state), at: 14)
        insert.bind(state.origin.limitKey, at: 15)
        insert.bind(state.phasePosition, at: 16)
        try insert.run()
        for tag in Set(state.origin.tags) { try insertTag(tag, of: state.id) }
    }

    /// Brings a job's row up to its state, with the position of the job's last event.
    func updateJob(_ state: JobState, last: EventLogPosition) throws(StoreError) {
        let update = try statement(
            #"""
            UPDATE jobs
               SET priority = ?2, state = ?3, due_at = ?4, finished_at = ?5, last_position = ?6, version = ?7,
                   detail = ?8, state_position = ?9
             WHERE id = ?1
            """#, for: "change a job")
        update.bind(state.id, at: 1)
        update.bind(state.priority.value, at: 2)
        update.bind(state.phase.name.rawValue, at: 3)
        update.bind(state.dueAt, at: 4)
        update.bind(state.finishedAt, at: 5)
        update.bind(state.runPosition ?? last, at: 6)
        update.bind(state.runPosition == nil ? state.version : nil, at: 7)
        update.bind(JobRows.encode(state), at: 8)
        update.bind(state.phasePosition, at: 9)
        try update.run()
        guard changedRows == 1 else { throw update.damaged("the row of \(state.id) is missing") }
    }

    /// Brings the row of a job that goes on running up to its state, which touches no index.
    func updateRunningJob(_ state: JobState) throws(StoreError) {
        let update = try statement(#"UPDATE jobs SET detail = ?2 WHERE id = ?1"#, for: "change a job")
        update.bind(state.id, at: 1)
        update.bind(JobRows.encode(state), at: 2)
        try update.run()
        guard changedRows == 1 else { throw update.damaged("the row of \(state.id) is missing") }
    }

    private func insertTag(_ tag: JobTag, of job: JobID) throws(StoreError) {
        let insert = try statement(#"INSERT INTO job_tags (tag, job) VALUES (?1, ?2)"#, for: "tag a job")
        insert.bind(tag, at: 1)
        insert.bind(job, at: 2)
        try insert.run()
    }
}
