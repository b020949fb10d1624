package import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Synchronization

/// Knows the streams that are open: puts what is new on the shelves that they read from, wakes those for whom it is
/// meant, beats their hearts, finds readers that take nothing, and tells all of them when the server stops.
///
/// It hands out signals and never events: each stream reads from its own position, so there is nothing that could
/// overflow, get lost or come in another order.
package final class StreamHub: Sendable {
    struct State {
        var streams = OpenStreams()
        /// Shelves on which nothing is put before the next round has ended.
        var unbegun: [StreamShelf] = []
        var lastID = 0
        /// Every event up to here is on the shelves that are there; nil while nobody puts them there.
        var scanned: EventLogPosition?
        /// Whether events behind `scanned` are being put on shelves.
        var isScanning = false
        var isOperating = false
        var isDraining = false
        var waitingForNone: [CheckedContinuation<Void, Never>] = []
    }

    let log: EventLog
    let configuration: StreamConfiguration
    /// What is known of the jobs that selections ask about.
    let facts = JobFactsMemory()
    /// What views know of the jobs that are watched.
    let views = ViewMemory()
    /// Compresses what is sent; nil where there was no memory for it.
    let deflater = StretchDeflater()
    /// Pages of the past.
    let pages: PageMemory
    let metrics: EngineMetrics?
    let state = Mutex(State())
    private let now: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async throws -> Void
    /// How many looks at a pending write make a stalled reader; there are four looks in `stallLimit`.
    private static let stalledLooks = 5

    init(
        log: EventLog, configuration: StreamConfiguration, metrics: EngineMetrics? = nil,
        environment: EngineEnvironment
    ) {
        self.log = log
        self.metrics = metrics
        self.configuration = configuration
        pages = PageMemory(limit: configuration.memoryBytes / 2)
        now = environment.now
        sleep = environment.sleep
    }

    /// How many streams are open.
    package var count: Int { state.withLock(\.streams.count) }

    /// A position up to which every event is on the shelves that are there; nil while the log has to be read.
    package var scanned: EventLogPosition? { state.withLock(\.scanned) }

    /// The streams that are open, the oldest first.
    var tickets: [StreamTicket] { state.withLock { $0.streams.all.sorted { $0.id < $1.id } } }

    /// Why no stream can be opened now; nil when one can.
    var reasonNotReady: String? {
        state.withLock { state in
            if state.isDraining { return "the server is stopping" }
            return state.isOperating ? nil : "streams do not run yet: is HoldfastRoutes among the services?"
        }
    }

    /// Registers a stream; from now on each commit with something for it wakes it.
    ///
    /// - Throws: `RouteFault.unavailable` when the server is stopping or not ready.
    func join(_ key: ShelfKey, for principal: Owner) throws(RouteFault) -> StreamTicket {
        if let reason = reasonNotReady { throw .unavailable(reason) }
        let openedAt = now()
        return state.withLock { state in
            state.lastID += 1
            let ticket = StreamTicket(
                id: state.lastID, shelf: state.streams.shelf(for: key), principal: principal,
                openedAt: openedAt)
            if !state.isScanning, let scanned = state.scanned {
                ticket.shelf.begin(after: scanned)
            } else {
                // In the middle of a round it is not known what it would miss.
                state.unbegun.append(ticket.shelf)
            }
            state.streams.add(ticket)
            if state.isDraining { ticket.drain() }
            // Under the lock, so that the last number is the right one.
            metrics?.setStreamsOpen(state.streams.count)
            return ticket
        }
    }

    /// Forgets a stream that was closed.
    func leave(_ ticket: StreamTicket) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.streams.remove(ticket) else { return [] }
            metrics?.setStreamsOpen(state.streams.count)
            guard state.streams.count == 0 else { return [] }
            defer { state.waitingForNone = [] }
            return state.waitingForNone
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Asks every stream to say goodbye and close, and lets no other one open.
    ///
    /// Safe to repeat.
    package func drain() {
        // Each open stream asks for it when the server stops: only the first one has something to do.
        let tickets = state.withLock { state -> [StreamTicket] in
            guard !state.isDraining else { return [] }
            state.isDraining = true
            return state.streams.all
        }
        for ticket in tickets { ticket.drain() }
    }

    /// Waits until no stream is open.
    package func whenEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.streams.count > 0 { state.waitingForNone.append(continuation) }
                return state.streams.count == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Does its work until the task is cancelled.
    func operate() async {
        // Signals first, then the position: what is committed from here on is signalled.
        let signals = log.feed.signals()
        let head = log.feed.head
        state.withLock { state in
            state.isOperating = true
            state.scanned = head
        }
        await withTaskGroup { group in
            group.addTask { await self.follow(signals, from: head) }
            group.addTask {
                await self.every(self.configuration.heartbeat) { ticket in
                    // The others have a heartbeat of their own.
                    if ticket.shelf.key.encoding.heartbeat == nil { ticket.wake(.heartbeat) }
                }
            }
            group.addTask {
                await self.every(self.configuration.stallLimit / (StreamHub.stalledLooks - 1)) { ticket in
                    if ticket.looksAtPendingWrite() >= StreamHub.stalledLooks { ticket.cut(.stalled) }
                }
            }
        }
        state.withLock { state in
            state.isOperating = false
            state.scanned = nil
        }
    }

    private func every(_ interval: Duration, _ body: (StreamTicket) -> Void) async {
        do {
            while true {
                try await sleep(interval)
                for ticket in state.withLock(\.streams.all) { body(ticket) }
            }
        } catch {
            // Cancelled: the server has stopped.
        }
    }
}
