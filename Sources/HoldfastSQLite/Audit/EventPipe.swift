import Dispatch
import HoldfastCore
import HoldfastStore
import Synchronization

/// Hands the events of a log from the thread that reads them to the one that folds them, page by page and a few pages ahead.
final class EventPipe: Sendable {
    /// How many pages are read ahead.
    private static let ahead = 2

    private struct State {
        var pages: [[RecordedEvent]] = []
        var failure: StoreError?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: EventPipe.ahead)

    /// Gives the next page; waits while the other thread is behind.
    ///
    /// - Returns: False when nobody takes any more.
    func give(_ page: [RecordedEvent]) -> Bool {
        room.wait()
        let isStopped = state.withLock { state in
            if !state.isStopped { state.pages.append(page) }
            return state.isStopped
        }
        if !isStopped { filled.signal() }
        return !isStopped
    }

    /// Says that there are no more pages, or why they cannot be read; once.
    func end(_ failure: StoreError? = nil) {
        state.withLock { $0.failure = failure }
        filled.signal()
    }

    /// The next page; nil behind the last.
    ///
    /// - Throws: What kept the rest from being read.
    func take() throws(StoreError) -> [RecordedEvent]? {
        filled.wait()
        let (page, failure) = state.withLock { state in
            (state.pages.isEmpty ? nil : state.pages.removeFirst(), state.failure)
        }
        if page == nil, let failure { throw failure }
        if page != nil { room.signal() }
        return page
    }

    /// Says that nobody takes any more, so that nobody waits for it.
    func stop() {
        state.withLock { $0.isStopped = true }
        room.signal()
    }
}

/// Decodes the rows of a log for whoever folds them.
struct EventPipeFilling {
    /// How many events a page has: so many that most jobs have more than one event in it, and a row is written once for them.
    private static let pageLimit = 8192
    /// A page ends once its data has this many bytes, so that large events do not make a page of hundreds of MiB.
    private static let pageBytes = 2 << 20

    private let pipe: EventPipe
    private let rows = EventRows()
    private var page: [RecordedEvent] = []
    private var bytes = 0
    /// Whether somebody still wants more, and it could be read so far.
    private(set) var isOpen = true

    /// Begins with an empty page.
    init(_ pipe: EventPipe) { self.pipe = pipe }

    /// Adds the event of the row that a statement stands on, whose first columns are those of `EventRows`.
    mutating func add(_ row: Statement) {
        guard isOpen else { return }
        do throws(StoreError) {
            page.append(try ProjectionRebuild.decode(try rows.event(row)))
        } catch {
            isOpen = false
            return pipe.end(error)
        }
        bytes += row.textBytes(EventRows.dataColumn).count
        if page.count == Self.pageLimit || bytes >= Self.pageBytes { handOver() }
    }

    /// Says that these were all, or why there are no more.
    mutating func finish(_ failure: StoreError? = nil) {
        guard isOpen else { return }
        if failure == nil, !page.isEmpty { handOver() }
        if isOpen { pipe.end(failure) }
        isOpen = false
    }

    private mutating func handOver() {
        isOpen = pipe.give(page)
        page.removeAll(keepingCapacity: false)
        page.reserveCapacity(Self.pageLimit)
        bytes = 0
    }
}
