public import HoldfastCore

extension MomentReader {
    /// How many of the newest jobs are searched for an end of an id; a start is found among all.
    private var searchedJobs: Int { 100_000 }

    /// The jobs that a part of an id may mean, those whose id begins with it first.
    ///
    /// - Parameters:
    ///   - part: Digits from the start or the end of an id.
    ///   - filter: Only such jobs.
    ///   - limit: How many to find at most, from 1.
    /// - Returns: The newest of them.
    /// - Throws: `StoreError`.
    public func jobs(
        named part: JobIDPart, _ filter: JobFilter = JobFilter(), limit: Int
    ) throws(StoreError) -> [JobState] {
        if let whole = part.whole {
            guard let job = try job(whole), filter.accepts(job) else { return [] }
            return [job]
        }
        // The page before the highest id leaves out that id alone, which no clock gives.
        var found = try jobs(JobQuery(filter, before: part.highest, limit: limit)).filter {
            $0.id >= part.lowest
        }
        guard found.count < limit else { return found }
        // Ids alone are cheap: no state is read before it is known to be meant.
        for id in try jobIDs(JobQuery(filter, limit: searchedJobs)) where part.isEnd(of: id) {
            if found.contains(where: { $0.id == id }) { continue }
            if let job = try job(id) { found.append(job) }
            if found.count == limit { break }
        }
        return found
    }
}
