import HoldfastCore
import HoldfastStore

extension Connection {
    /// Events with their seals after a position: at most `limit`, and none behind the one with which their
    /// data reaches `byteLimit`.
    func readSealedEvents(
        after position: EventLogPosition, limit: Int, byteLimit: Int = .max, rows: EventRows
    ) throws(StoreError) -> [SealedEvent] {
        let statement = try statement(
            #"""
            SELECT position, job, version, kind, schema_version, at, attempt, actor, data, salt, data_hash, hash
              FROM events
             WHERE position > ?1
             ORDER BY position
             LIMIT ?2
            """#, for: "read sealed events")
        defer { statement.reset() }
        statement.bind(position, at: 1)
        statement.bind(limit, at: 2)
        var events: [SealedEvent] = []
        var bytes = 0
        while bytes < byteLimit, try statement.step() {
            bytes += statement.textBytes(EventRows.dataColumn).count
            events.append(try rows.sealedEvent(statement))
        }
        return events
    }
}
