import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Synchronization

/// Knows the streams that are open: wakes those whose job has something new, beats their hearts, finds
/// readers that
/// take nothing, and tells all of them when the server stops.
///
/// It hands out signals and never events: each stream reads the log from its own position, so there is
/// nothing that
/// could overflow, get lost or come in another order.
package final class StreamHub: Sendable {
    fileprivate struct State {
        var tickets: [JobID: [Int: StreamTicket]] = [:]
        var count = 0
        var lastID = 0
        var isOperating = false
        var isDraining = false
        var waitingForNone: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let log: EventLog
    private let metrics: EngineMetrics?
    private let configuration: StreamConfiguration
    private let sleep: @Sendable (Duration) async throws -> Void
    /// How many looks at a pending write make a stalled reader; there are four looks in `stallLimit`.
    private static let stalledLooks = 5

    init(
        log: EventLog, configuration: StreamConfiguration, metrics: EngineMetrics? = nil,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.log = log
        self.metrics = metrics
        self.configuration = configuration
        self.sleep = sleep
    }

    /// How many streams are open.
    package var count: Int { state.withLock(\.count) }

    /// Why no stream can be opened now; nil when one can.
    var reasonNotReady: String? {
        state.withLock { state in
            if state.isDraining { return "the server is stopping" }
            return state.isOperating ? nil : "streams do not run yet: is HoldfastRoutes among the services?"
        }
    }

    /// Registers a stream of a job; from now on each commit for the job wakes it.
    ///
    /// - Throws: `RouteFault.unavailable` when the server is stopping or not ready.
    func join(_ job: JobID) throws(RouteFault) -> StreamTicket {
        if let reason = reasonNotReady { throw .unavailable(reason) }
        let ticket = state.withLock { state in
            state.lastID += 1
            let ticket = StreamTicket(id: state.lastID, job: job)
            state.tickets[job, default: [:]][ticket.id] = ticket
            state.count += 1
            if state.isDraining { ticket.drain() }
            // Under the lock, so that the last number is the right one.
            metrics?.setStreamsOpen(state.count)
            return ticket
        }
        return ticket
    }

    /// Forgets a stream that was closed.
    func leave(_ ticket: StreamTicket) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.tickets[ticket.job]?.removeValue(forKey: ticket.id) != nil else { return [] }
            if state.tickets[ticket.job]?.isEmpty == true { state.tickets[ticket.job] = nil }
            state.count -= 1
            metrics?.setStreamsOpen(state.count)
            guard state.count == 0 else { return [] }
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
            return state.allTickets
        }
        for ticket in tickets { ticket.drain() }
    }

    /// Waits until no stream is open.
    package func whenEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.count > 0 { state.waitingForNone.append(continuation) }
                return state.count == 0
            }
            if isEmpty { continuation.resume() }
        }
    }

    /// Does its work until the task is cancelled.
    func operate() async {
        // Signals first, then the position: what is committed from here on is signalled.
        let signals = log.feed.signals()
        let head = log.feed.head
        state.withLock { $0.isOperating = true }
        await withTaskGroup { group in
            group.addTask { await self.follow(signals, from: head) }
            group.addTask { await self.every(self.configuration.heartbeat) { $0.wake(.heartbeat) } }
            group.addTask {
                await self.every(self.configuration.stallLimit / (StreamHub.stalledLooks - 1)) { ticket in
                    if ticket.looksAtPendingWrite() >= StreamHub.stalledLooks { ticket.cut(.stalled) }
                }
            }
        }
        state.withLock { $0.isOperating = false }
    }

    // MARK: -

    private func follow(_ signals: AsyncStream<Void>, from head: EventLogPosition) async {
        var position = head
        for await _ in signals { await wakeReaders(after: &position) }
        // Without being cancelled, it is the log that was closed: nothing new can come.
        if !Task.isCancelled { drain() }
    }

    /// Wakes the streams of the jobs that have events after a position, and moves it to the end of the log.
    private func wakeReaders(after position: inout EventLogPosition) async {
        // Read before looking for streams: one that joins later reads what was committed until then by
        // itself.
        let head = log.feed.head
        guard count > 0 else {
            position = max(position, head)
            metrics?.setUnreadByStreams(0)
            return
        }
        metrics?.setUnreadByStreams(head.value - position.value)
        do {
            repeat {
                let page = try await log.page(EventQuery(after: position, limit: 1024))
                wake(Set(page.events.compactMap(\.job)))
                position = max(position, page.through)
                if page.events.isEmpty { break }
            } while position < log.feed.head
            metrics?.setUnreadByStreams(0)
        } catch {
            // Which jobs moved cannot be read now. The streams look for themselves and meet the same error.
            for ticket in state.withLock(\.allTickets) { ticket.wake(.commit) }
        }
    }

    private func wake(_ jobs: Set<JobID>) {
        let tickets = state.withLock { state in
            jobs.flatMap { state.tickets[$0].map { Array($0.values) } ?? [] }
        }
        for ticket in tickets { ticket.wake(.commit) }
    }

    private func every(_ interval: Duration, _ body: (StreamTicket) -> Void) async {
        do {
            while true {
                try await sleep(interval)
                for ticket in state.withLock(\.allTickets) { body(ticket) }
            }
        } catch {
            // Cancelled: the server has stopped.
        }
    }
}

extension StreamHub.State {
    fileprivate var allTickets: [StreamTicket] { tickets.values.flatMap(\.values) }
}
