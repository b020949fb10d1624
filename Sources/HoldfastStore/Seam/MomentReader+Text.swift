public import HoldfastCore

extension MomentReader {
    /// A page of the jobs of a query that have a text in their names, the newest first.
    ///
    /// There is no index for it, so it looks at 20,000 jobs of the query at most, which takes a few tenths of a second.
    ///
    /// - Parameters:
    ///   - query: Which jobs are looked at, and how many are found at most.
    ///   - text: The text.
    /// - Returns: The jobs that were found, and the last one that was looked at where there may be more behind it.
    /// - Throws: `StoreError`.
    public func jobs(
        _ query: JobQuery, containing text: JobText
    ) throws(StoreError) -> (jobs: [JobState], next: JobID?) {
        var found: [JobState] = []
        var page = query
        page.limit = 500
        var rest = 20_000
        while rest > 0 {
            let looked = try jobsNow(page)
            for named in looked where text.accepts(named) {
                guard let job = try asItWas(named) else { continue }
                found.append(job)
                if found.count == query.limit { return (found, job.id) }
            }
            guard looked.count == page.limit, let last = looked.last else { return (found, nil) }
            page.before = last.id
            rest -= looked.count
        }
        return (found, page.before)
    }

    /// The jobs of a page as they are now: what names a job never changes, and reading the past of each would take long.
    private func jobsNow(_ page: JobQuery) throws(StoreError) -> [JobState] {
        guard let past = self as? PastReader else { return try jobs(page) }
        var found: [JobState] = []
        for id in try past.jobIDs(page) { if let job = try past.reader.job(id) { found.append(job) } }
        return found
    }

    private func asItWas(_ job: JobState) throws(StoreError) -> JobState? {
        self is PastReader ? try self.job(job.id) : job
    }
}
