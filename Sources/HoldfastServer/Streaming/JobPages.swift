import HoldfastCore
import HoldfastStore

/// Reads one job's events, page after page, from a position on: the same way for what was and for what comes.
///
/// Nothing is held between two pages but the position.
struct JobPages: Sendable {
    private let log: EventLog
    private var query: EventQuery

    /// Begins after a position.
    init(_ log: EventLog, job: JobID, after position: EventLogPosition, limit: Int) {
        self.log = log
        query = EventQuery(job: job, after: position, limit: limit)
    }

    /// The next page, empty when there is nothing new.
    ///
    /// - Parameter limit: The greatest number of events, where it is less than that of all pages.
    /// - Returns: The page, and whether it reaches the end that the log had when the read began.
    /// - Throws: `StoreError` when the store cannot be read.
    mutating func next(limit: Int = .max) async throws -> (page: EventPage, reachesTail: Bool) {
        var asked = query
        asked.limit = min(query.limit, limit)
        let head = log.feed.head
        let page = try await log.page(asked)
        query.after = max(query.after, page.through)
        return (page, page.events.count < asked.limit && page.through >= head)
    }
}

/// Follows whether a job's current life is over.
struct LifeTracker: Sendable {
    /// Whether it is over after the events that were seen.
    private(set) var isOver: Bool
    /// How it ended; what it was before the first event that was seen where none told otherwise.
    private(set) var state: JobPhaseName

    /// Begins with the state that the job has, or will have after events that are still to be seen.
    init(_ state: JobPhaseName) {
        self.state = state
        isOver = state.isEnded
    }

    /// Takes the next event into account.
    mutating func follow(_ event: StoredEvent) {
        switch EventKind(rawValue: event.kind) {
        case .jobCompleted: end(.completed)
        case .jobFailed: end(.failed)
        case .jobCancelled: end(.cancelled)
        case .jobRetried: isOver = false
        default: break
        }
    }

    private mutating func end(_ state: JobPhaseName) {
        self.state = state
        isOver = true
    }
}
