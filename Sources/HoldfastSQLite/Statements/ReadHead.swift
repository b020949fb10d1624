import HoldfastCore
import HoldfastStore

extension Connection {
    /// Where the log ends: the greatest position that was ever used, and the hash of the last event.
    func readHead() throws(StoreError) -> LogHead {
        let statement = try statement(
            #"""
            SELECT seq, (SELECT hash FROM events ORDER BY position DESC LIMIT 1)
              FROM sqlite_sequence
             WHERE name = 'events'
            """#, for: "read the head of the log")
        defer { statement.reset() }
        guard try statement.step() else { return .beginning }
        return LogHead(
            position: statement.position(0), hash: statement.isNull(1) ? .zero : try statement.sum(1))
    }

    /// Where the log ends, without the hash.
    func readHeadPosition() throws(StoreError) -> EventLogPosition {
        let statement = try statement(
            #"SELECT seq FROM sqlite_sequence WHERE name = 'events'"#, for: "read the head of the log")
        defer { statement.reset() }
        return try statement.step() ? statement.position(0) : .beginning
    }
}
