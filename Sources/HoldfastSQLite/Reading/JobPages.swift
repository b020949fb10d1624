import HoldfastCore
import HoldfastStore

// Pages of jobs: which index is walked. It runs within a read transaction.
extension Connection {
    /// The page that a query describes, the newest jobs first.
    func page(_ query: JobQuery) throws(StoreError) -> [JobState] {
        if query.filter.phases?.isEmpty == true { return [] }
        let limit = max(1, query.limit)
        var found: [JobState] = []
        for listing in listings(query) {
            let statement = try selectJobs(listing, query)
            defer { statement.reset() }
            var count = 0
            while count < limit, try statement.step() {
                found.append(try state(statement))
                count += 1
            }
        }
        return Array(found.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// The walks that together meet every job of the query; each is in order, and no job is on two of them.
    private func listings(_ query: JobQuery) -> [JobListing] {
        if let tag = query.filter.tag { return [.tag(tag)] }
        if let phases = query.filter.phases, JobListing.indexedStates.isSuperset(of: phases) {
            return phases.map { .state($0) }
        }
        if let owner = query.filter.owner { return [.owner(owner)] }
        return [.all]
    }
}
