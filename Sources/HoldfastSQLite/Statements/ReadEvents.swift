import HoldfastCore
import HoldfastStore

extension Connection {
    /// All events after a position and through another, ascending or descending; the columns are those of
    /// `EventRows`.
    ///
    /// The caller steps through the rows and resets the statement.
    func selectEvents(
        after: EventLogPosition, through: EventLogPosition, descending: Bool
    ) throws(StoreError) -> Statement {
        let statement =
            if descending {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events
                     WHERE position > ?1 AND position <= ?2
                     ORDER BY position DESC
                    """#, for: "read events")
            } else {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events
                     WHERE position > ?1 AND position <= ?2
                     ORDER BY position
                    """#, for: "read events")
            }
        statement.bind(after, at: 1)
        statement.bind(through, at: 2)
        return statement
    }

    /// As `selectEvents`, but only those that belong to no job, without looking at the others.
    func selectEngineEvents(
        after: EventLogPosition, through: EventLogPosition, descending: Bool
    ) throws(StoreError) -> Statement {
        let statement =
            if descending {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_of_engine
                     WHERE job IS NULL AND position > ?1 AND position <= ?2
                     ORDER BY position DESC
                    """#, for: "read events of the engine")
            } else {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_of_engine
                     WHERE job IS NULL AND position > ?1 AND position <= ?2
                     ORDER BY position
                    """#, for: "read events of the engine")
            }
        statement.bind(after, at: 1)
        statement.bind(through, at: 2)
        return statement
    }

    /// All events of some of the kinds `engine.`, in order.
    func readEngineEvents(_ kinds: EventKind...) throws(StoreError) -> [StoredEvent] {
        let statement = try selectWorkerEvents(
            after: .beginning, through: try readHeadPosition(), descending: false)
        defer { statement.reset() }
        let rows = EventRows()
        var events: [StoredEvent] = []
        while try statement.step() {
            let kind = statement.text(EventRows.kindColumn)
            if kinds.contains(where: { $0.rawValue == kind }) {
                events.append(try rows.event(statement))
            }
        }
        return events
    }

    /// As `selectEngineEvents`, but only what the workers' coming and going left, however many other events there are.
    func selectWorkerEvents(
        after: EventLogPosition, through: EventLogPosition, descending: Bool
    ) throws(StoreError) -> Statement {
        let statement =
            if descending {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_of_workers
                     WHERE kind > 'engine.' AND kind < 'engine/' AND position > ?1 AND position <= ?2
                     ORDER BY position DESC
                    """#, for: "read the events of workers")
            } else {
                try statement(
                    #"""
                    SELECT position, job, version, kind, schema_version, at, attempt, actor, data
                      FROM events INDEXED BY events_of_workers
                     WHERE kind > 'engine.' AND kind < 'engine/' AND position > ?1 AND position <= ?2
                     ORDER BY position
                    """#, for: "read the events of workers")
            }
        statement.bind(after, at: 1)
        statement.bind(through, at: 2)
        return statement
    }
}
