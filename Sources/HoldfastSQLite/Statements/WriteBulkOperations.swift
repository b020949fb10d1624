import HoldfastCore
import HoldfastStore

extension Connection {
    /// Brings the rows of bulk operations up to what happened to them, in order.
    func writeBulkOperations(_ changes: [BulkChange]) throws(StoreError) {
        for change in changes {
            switch change.event {
            case .started(let event): try insertBulkOperation(event, change)
            case .progressed(let event):
                try updateBulkOperation(event.id, event.count, by: event.engine, change)
            case .finished(let event): try updateBulkOperation(event.id, event.count, by: nil, change)
            }
        }
    }

    private func insertBulkOperation(_ event: BulkStarted, _ change: BulkChange) throws(StoreError) {
        let insert = try statement(
            #"""
            INSERT INTO bulk_operations (position, id, started_at, actor, work, matched, changed, refused, changed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?3)
            """#, for: "add a bulk operation")
        insert.bind(change.position, at: 1)
        insert.bind(event.id, at: 2)
        insert.bind(change.at, at: 3)
        insert.bind(change.actor.json.text, at: 4)
        insert.bind(EventCodec.encode(.engine(.bulk(change.event))).text, at: 5)
        try insert.run()
    }

    private func updateBulkOperation(
        _ id: BulkID, _ count: BulkCount, by engine: EngineID?, _ change: BulkChange
    ) throws(StoreError) {
        let update = try statement(
            #"""
            UPDATE bulk_operations
               SET matched = ?2, changed = ?3, refused = ?4, cursor = ?5, engine = coalesce(?6, engine),
                   changed_at = ?7, finished_at = ?8
             WHERE id = ?1
            """#, for: "change a bulk operation")
        update.bind(id, at: 1)
        update.bind(count.matched, at: 2)
        update.bind(count.changed, at: 3)
        update.bind(count.refused, at: 4)
        update.bind(count.cursor, at: 5)
        update.bind(engine, at: 6)
        update.bind(change.at, at: 7)
        update.bind(change.event.kind == .bulkFinished ? change.at : nil, at: 8)
        try update.run()
        guard changedRows == 1 else { throw update.damaged("the row of bulk operation \(id) is missing") }
    }
}
