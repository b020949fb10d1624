import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// Reads the events of a job that a filter lets pass, and follows those that come.
struct EventReading: Sendable {
    private static let pageSize = 500

    /// The job.
    let job: JobID
    /// Which events are meant.
    let filter: EventFilter
    /// How many are read at most, from 1; nil for all.
    var limit: Int?

    /// Hands out the events that are there, in order and page by page.
    ///
    /// - Parameters:
    ///   - target: What is read.
    ///   - body: Is given each page, which may be empty.
    /// - Returns: The position after which to follow.
    /// - Throws: What `body` and the target throw.
    @discardableResult
    func read(
        from target: any CommandTarget, _ body: ([StoredEvent]) async throws -> Void
    ) async throws -> EventLogPosition {
        var position = filter.after ?? .beginning
        if let since = filter.since {
            position = max(position, try await target.position(before: since, of: job))
        }
        var rest = limit ?? .max
        while rest > 0 {
            let events = try await target.events(
                of: job, kinds: filter.kinds, after: position, limit: Self.pageSize)
            let meant = events.filter(filter.accepts).prefix(rest)
            try await body(Array(meant))
            rest -= meant.count
            guard let last = events.last else { break }
            position = last.position
            guard events.count == Self.pageSize, !filter.isBehind(last) else { break }
        }
        return position
    }

    /// Hands out the events that are there and then those that come, up to the end of the job's life.
    func follow(
        on target: any CommandTarget, _ body: @escaping @Sendable ([StoredEvent]) async throws -> Void
    ) async throws {
        let position = try await read(from: target, body)
        try await target.follow(job, from: .after(position)) { events in
            try await body(events.filter(filter.accepts))
        }
    }
}
