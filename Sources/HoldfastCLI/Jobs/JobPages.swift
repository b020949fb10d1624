import HoldfastCore
import HoldfastStore

/// Reads the jobs of a query page by page, up to its limit.
struct JobPages: Sendable {
    /// What there may be behind the last page.
    enum Rest: Hashable, Sendable {
        /// Nothing.
        case none
        /// More jobs behind this one, which was the last that was wanted.
        case more(JobID)
        /// Jobs behind this one that were not looked at.
        case notSearched(JobID)
    }

    private static let pageSize = 1_000

    private let query: JobQuery
    private let text: JobText?
    private let moment: LogMoment?

    /// Prepares to read.
    ///
    /// - Parameters:
    ///   - query: Which jobs, and how many at most.
    ///   - text: What is in their names; nil for anything.
    ///   - moment: As they were then; nil for now.
    init(_ query: JobQuery, text: JobText?, at moment: LogMoment?) {
        self.query = query
        self.text = text
        self.moment = moment
    }

    /// Hands out the jobs, the newest first.
    ///
    /// - Parameters:
    ///   - target: What is read.
    ///   - body: Is given each page.
    /// - Returns: What there may be behind them.
    /// - Throws: What `body` and the target throw.
    func read(from target: any CommandTarget, _ body: ([JobState]) throws -> Void) async throws -> Rest {
        var page = query
        var count = 0
        while true {
            page.limit = min(query.limit - count, Self.pageSize)
            let (jobs, next) = try await self.page(page, of: target)
            try body(jobs)
            count += jobs.count
            guard let next else { return .none }
            if count == query.limit { return .more(next) }
            // A page that is not full has used up what one search may look at.
            if text != nil, jobs.count < min(page.limit, ServerTarget.pageLimit) { return .notSearched(next) }
            page.before = next
        }
    }

    private func page(
        _ page: JobQuery, of target: any CommandTarget
    ) async throws -> (jobs: [JobState], next: JobID?) {
        if let text { return try await target.jobs(page, containing: text, at: moment) }
        let jobs = try await target.jobs(page, at: moment)
        return (jobs, jobs.count == page.limit ? jobs.last?.id : nil)
    }
}
