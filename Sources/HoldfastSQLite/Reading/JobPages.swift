import HoldfastCore
import HoldfastStore

// Pages of jobs: which index is walked, and what is left out on the way. It runs within a read transaction.
extension Connection {
    /// States with at most so many jobs are walked along, in place of filters that may match rarely.
    private static var smallNumber: Int { 10_000 }

    /// The page that a query describes, the newest jobs first.
    func page(_ query: JobQuery) throws(StoreError) -> [JobState] {
        if query.phases?.isEmpty == true { return [] }
        let limit = max(1, query.limit)
        var found: [JobState] = []
        for listing in try listings(query) { found += try collect(listing, query, limit: limit) }
        return Array(found.sorted { $0.id > $1.id }.prefix(limit))
    }

    private func collect(
        _ listing: JobListing, _ query: JobQuery, limit: Int
    ) throws(StoreError) -> [JobState] {
        let statement = try selectJobs(listing, before: query.before)
        defer { statement.reset() }
        var found: [JobState] = []
        while found.count < limit, try statement.step() {
            guard try accepts(statement, query) else { continue }
            found.append(try state(statement))
        }
        return found
    }

    /// The walks that together meet every job of the query; each is in order, and no job is on two of them.
    private func listings(_ query: JobQuery) throws(StoreError) -> [JobListing] {
        if let tag = query.tag { return [.tag(tag)] }
        let narrowest: JobListing? =
            if let owner = query.owner {
                .owner(owner)
            } else if let kind = query.kind {
                .kind(kind)
            } else if let queue = query.queue {
                .queue(queue)
            } else {
                nil
            }
        guard let phases = query.phases else { return [narrowest ?? .all] }
        let byState = phases.map { JobListing.state($0) }
        guard let narrowest else { return byState }
        let numbers = try readCounters()
        let count = numbers.reduce(0) { phases.contains($1.key.phase) ? $0 + $1.value : $0 }
        return count <= Connection.smallNumber ? byState : [narrowest]
    }

    private func accepts(_ row: Statement, _ query: JobQuery) throws(StoreError) -> Bool {
        if let phases = query.phases {
            guard let phase = JobPhaseName(rawValue: row.text(4)) else {
                throw row.damaged("a state is unknown")
            }
            if !phases.contains(phase) { return false }
        }
        if let kind = query.kind, row.text(5) != kind.rawValue { return false }
        if let queue = query.queue, row.text(6) != queue.rawValue { return false }
        if let owner = query.owner, row.optionalText(7) != owner.rawValue { return false }
        return true
    }
}
