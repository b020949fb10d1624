import HoldfastCore
import HoldfastStore

extension Connection {
    /// A bulk operation; nil when there is none of this id.
    func readBulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation? {
        let statement = try statement(
            #"""
            SELECT started_at, actor, work, matched, changed, refused, cursor, engine, changed_at, finished_at
              FROM bulk_operations
             WHERE id = ?1
            """#, for: "read a bulk operation")
        defer { statement.reset() }
        statement.bind(id, at: 1)
        return try statement.step() ? try statement.bulkOperation() : nil
    }

    /// Bulk operations, the newest first.
    func readBulkOperations(unfinishedOnly: Bool, limit: Int) throws(StoreError) -> [BulkOperation] {
        let statement = try statement(
            unfinishedOnly
                ? #"""
                SELECT started_at, actor, work, matched, changed, refused, cursor, engine, changed_at, finished_at
                  FROM bulk_operations INDEXED BY bulk_operations_unfinished
                 WHERE finished_at IS NULL
                 ORDER BY position DESC
                 LIMIT ?1
                """#
                : #"""
                SELECT started_at, actor, work, matched, changed, refused, cursor, engine, changed_at, finished_at
                  FROM bulk_operations
                 ORDER BY position DESC
                 LIMIT ?1
                """#, for: "list bulk operations")
        defer { statement.reset() }
        statement.bind(limit, at: 1)
        var operations: [BulkOperation] = []
        while try statement.step() { operations.append(try statement.bulkOperation()) }
        return operations
    }
}

extension Statement {
    /// The operation of a row.
    fileprivate func bulkOperation() throws(StoreError) -> BulkOperation {
        guard let startedAt = time(0), let changedAt = time(8) else {
            throw damaged("a bulk operation has no times")
        }
        do {
            let work = try EventCodec.decode(
                kind: EventKind.bulkStarted.rawValue,
                schemaVersion: EventCodec.schemaVersion(of: .bulkStarted),
                data: JSONText(unchecked: text(2)))
            guard case .engine(.bulk(.started(let order))) = work else {
                throw damaged("a bulk operation is no bulk operation")
            }
            return BulkOperation(
                order: order, actor: try EventActor(json: JSONText(unchecked: text(1))), startedAt: startedAt,
                count: BulkCount(
                    matched: integer(3), changed: integer(4), refused: integer(5),
                    cursor: isNull(6) ? nil : try job(6)),
                engine: optionalText(7).map(EngineID.init(unchecked:)), changedAt: changedAt,
                finishedAt: time(9))
        } catch let error as StoreError {
            throw error
        } catch {
            throw damaged("a bulk operation cannot be read: \(error)")
        }
    }
}
