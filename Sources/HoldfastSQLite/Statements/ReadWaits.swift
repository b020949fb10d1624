import HoldfastCore
import HoldfastStore

extension Connection {
    /// The record of a wait; nil when it was never opened.
    func readWait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord? {
        let statement = try statement(
            #"""
            SELECT job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline, child, request,
                   result, request_sha256
              FROM waits
             WHERE job = ?1 AND type = ?2 AND name = ?3 AND occurrence = ?4
            """#, for: "read a wait")
        defer { statement.reset() }
        statement.bind(job, at: 1)
        statement.bind(key.kind.rawValue, at: 2)
        statement.bind(key.name, at: 3)
        statement.bind(key.occurrence, at: 4)
        return try statement.step() ? try jobWait(statement).record : nil
    }

    /// Waits of a job, by kind and name, then the newest first.
    func readWaits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord] {
        let statement = try statement(
            #"""
            SELECT job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline, child, request,
                   result, request_sha256
              FROM waits
             WHERE job = ?1 AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR name = ?3)
               AND (?4 IS NULL OR status = ?4) AND (?5 IS NULL OR request = ?5)
             ORDER BY type, name, occurrence DESC
             LIMIT ?6
            """#, for: "read a job's waits")
        statement.bind(job, at: 1)
        statement.bind(query.kind?.rawValue, at: 2)
        statement.bind(query.name, at: 3)
        statement.bind(query.status?.rawValue, at: 4)
        statement.bind(query.request, at: 5)
        statement.bind(query.limit, at: 6)
        return try jobWaits(statement).map(\.record)
    }

    /// Checkpoints that wait for a person and were opened after a position, the oldest first.
    func readOpenCheckpoints(after position: EventLogPosition, limit: Int) throws(StoreError) -> [JobWait] {
        let statement = try statement(
            #"""
            SELECT job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline, child, request,
                   result, request_sha256
              FROM waits INDEXED BY waits_inbox
             WHERE type = 'checkpoint' AND status = 'open' AND opened > ?1
             ORDER BY opened
             LIMIT ?2
            """#, for: "read open checkpoints")
        statement.bind(position, at: 1)
        statement.bind(limit, at: 2)
        return try jobWaits(statement)
    }

    /// Those of them whose jobs belong to an owner.
    func readOpenCheckpoints(
        of owner: Owner, after position: EventLogPosition, limit: Int
    ) throws(StoreError) -> [JobWait] {
        let statement = try statement(
            #"""
            SELECT job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline, child, request,
                   result, request_sha256
              FROM waits INDEXED BY waits_inbox
             WHERE type = 'checkpoint' AND status = 'open' AND opened > ?1
               AND EXISTS (SELECT 1 FROM jobs WHERE jobs.id = waits.job AND jobs.owner = ?3)
             ORDER BY opened
             LIMIT ?2
            """#, for: "read open checkpoints of an owner")
        statement.bind(position, at: 1)
        statement.bind(limit, at: 2)
        statement.bind(owner, at: 3)
        return try jobWaits(statement)
    }

    /// Open waits that end by themselves at or before `moment`, the earliest first.
    func findDueWaits(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobWait] {
        let statement = try statement(
            #"""
            SELECT job, type, name, occurrence, status, opened, opened_at, changed_at, due_at, on_deadline, child, request,
                   result, request_sha256
              FROM waits INDEXED BY waits_due
             WHERE due_at IS NOT NULL AND due_at <= ?1
             ORDER BY due_at, job
             LIMIT ?2
            """#, for: "find due waits")
        statement.bind(moment, at: 1)
        statement.bind(limit, at: 2)
        return try jobWaits(statement)
    }

    private func jobWaits(_ statement: Statement) throws(StoreError) -> [JobWait] {
        defer { statement.reset() }
        var waits: [JobWait] = []
        while try statement.step() { waits.append(try jobWait(statement)) }
        return waits
    }

    private func jobWait(_ row: Statement) throws(StoreError) -> JobWait {
        guard let kind = WaitKind(rawValue: row.text(1)), let status = WaitStatus(rawValue: row.text(4))
        else {
            throw row.damaged("the kind or the status of a wait is unknown")
        }
        let key = WaitKey(kind, WaitName(unchecked: row.text(2)), occurrence: Int(row.integer(3)))
        let record = WaitRecord(
            key: key, status: status, opened: row.position(5),
            openedAt: Timestamp(microseconds: row.integer(6)),
            changedAt: Timestamp(microseconds: row.integer(7)), due: row.time(8),
            onDeadline: row.optionalText(9).flatMap(DeadlineAction.init(rawValue:)),
            child: row.isNull(10) ? nil : try row.job(10),
            request: row.optionalText(11).map(RequestKey.init(unchecked:)),
            requestSHA256: row.optionalText(13), result: row.isNull(12) ? nil : row.position(12))
        return JobWait(job: try row.job(0), record: record)
    }
}
