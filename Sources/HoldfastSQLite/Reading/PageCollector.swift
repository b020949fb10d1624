import HoldfastCore
import HoldfastStore

/// Gathers the events of one page and knows when to stop, so that no read transaction lasts long.
struct PageCollector {
    /// A page ends once its data has this many bytes, so that large events do not make a page of hundreds of
    /// MiB.
    static let byteLimit = 1 << 20
    /// A page ends after so many rows were looked at, so that a filter that hardly matches does not hold a
    /// read transaction for the length of the log.
    static let rowLimit = 16 * 1024

    private(set) var events: [StoredEvent] = []
    /// The last position up to which the page is complete, when it ended before its range did.
    private(set) var stoppedAt: EventLogPosition?
    private let kinds: Set<String>?
    private let limit: Int
    private let fromEnd: Bool
    private var bytes = 0
    private var rows = 0

    init(_ query: EventQuery) {
        kinds = query.kinds.map { Set($0.map(\.rawValue)) }
        limit = max(1, query.limit)
        fromEnd = query.fromEnd
    }

    /// Looks at the row that a statement stands on, and takes it when it matches.
    ///
    /// - Returns: False when the page is complete.
    mutating func visit(_ row: Statement, _ decoder: EventRows) throws(StoreError) -> Bool {
        rows += 1
        if kinds?.contains(row.text(EventRows.kindColumn)) ?? true {
            bytes += row.textBytes(EventRows.dataColumn).count
            events.append(try decoder.event(row))
            guard events.count < limit, bytes < PageCollector.byteLimit else {
                stoppedAt = row.position(0)
                return false
            }
        }
        // From the end a page is the newest matches, so it cannot stop before it has found them.
        guard rows < PageCollector.rowLimit || fromEnd else {
            stoppedAt = row.position(0)
            return false
        }
        return true
    }

    /// The page, when its range ends at `end`.
    func page(through end: EventLogPosition) -> EventPage {
        fromEnd
            ? EventPage(events: events.reversed(), through: end)
            : EventPage(events: events, through: stoppedAt ?? end)
    }
}
