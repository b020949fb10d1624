public import HoldfastCore
public import HoldfastStore

/// Follows the log from a position: one code path for replay and for live.
///
/// It holds a position, reads pages after it and is woken by a signal of capacity one. Memory is bounded by
/// one page
/// whatever the reader does; no event is dropped for a slow reader, which reads older pages from the store
/// instead.
/// Iterating it twice starts twice from the same position.
public struct LogTailer: AsyncSequence, Sendable {
    /// Pages with at least one event.
    public typealias Element = EventPage

    private let log: EventLog
    private let query: EventQuery
    private let follows: Bool

    /// Describes a tail.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - query: Which events; `limit` bounds each page.
    ///   - follows: Whether to wait for more at the end of the log; else the sequence ends there.
    public init(_ log: EventLog, _ query: EventQuery, follows: Bool = true) {
        self.log = log
        self.query = query
        self.follows = follows
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        // Signals first, then reading: a commit in between is not missed.
        Iterator(log: log, query: query, signals: follows ? log.feed.signals().makeAsyncIterator() : nil)
    }

    /// Reads one page after the other.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let log: EventLog
        fileprivate var query: EventQuery
        fileprivate var signals: AsyncStream<Void>.Iterator?

        /// The position up to which everything was handed out.
        public var position: EventLogPosition { query.after }

        /// The next page; nil at the end of the log when not following, when the log was closed and when the
        /// task was
        /// cancelled.
        ///
        /// - Throws: `StoreError` when the store cannot be read.
        public mutating func next() async throws -> EventPage? {
            while !Task.isCancelled {
                let page = try await log.page(query)
                query.after = Swift.max(query.after, page.through)
                if !page.events.isEmpty { return page }
                if signals == nil { return nil }
                if log.feed.head > query.after { continue }
                if await signals?.next() == nil { return nil }
            }
            return nil
        }
    }
}
