import HoldfastCore
import HoldfastStore

// Pages of jobs by the states that they were in at a position. It runs within a read transaction.
extension Connection {
    /// The page that a query describes, the newest jobs first.
    func page(_ query: JobQuery, at position: EventLogPosition) throws(StoreError) -> [JobID] {
        guard let phases = query.filter.phases else { return try readPastJobs(query, at: position) }
        if phases.isEmpty { return [] }
        // A job that left one of the states later, or one that still is in it.
        var found: [JobID] = []
        for phase in phases {
            found += try readJobs(stillIn: phase, query, at: position)
            found += try readJobs(thatLeft: phase, query, at: position)
        }
        return Array(found.sorted(by: >).prefix(max(1, query.limit)))
    }
}
