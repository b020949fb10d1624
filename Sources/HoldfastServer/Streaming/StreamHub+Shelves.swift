import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Synchronization

// Puts what is new on the shelves.
extension StreamHub {
    /// How many events are looked at in a round.
    private static let roundLimit = 1024
    /// So many readers are given time between two rounds.
    private static let manyReaders = 100

    /// Follows the log until the task is cancelled or the log is closed.
    func follow(_ signals: AsyncStream<Void>, from head: EventLogPosition) async {
        var position = head
        for await _ in signals { await serve(after: &position) }
        // Without being cancelled, it is the log that was closed: nothing new can come.
        if !Task.isCancelled { drain() }
    }

    /// Puts the events after a position on the shelves, wakes those who read them, and moves the position to the end
    /// of the log.
    private func serve(after position: inout EventLogPosition) async {
        do {
            while position < log.feed.head {
                let (through, woken) = try await serveRound(after: position)
                position = through
                metrics?.setUnreadByStreams(log.feed.head.value - position.value)
                try await giveWay(to: woken)
            }
        } catch is CancellationError {
            // The server has stopped.
        } catch {
            // What is new cannot be read now. The streams look for themselves and meet the same error.
            let tickets = state.withLock { state in
                (state.scanned, state.isScanning) = (nil, false)
                return state.streams.all
            }
            for ticket in tickets { ticket.wake(.commit) }
        }
    }

    /// Lets many readers send what they were woken for before they are woken again.
    ///
    /// What is committed meanwhile goes out in one write then: the cost is in the write and not in the event.
    private func giveWay(to readers: Int) async throws {
        guard readers >= StreamHub.manyReaders else { return }
        try await sleep(configuration.pace * readers)
    }

    private func serveRound(
        after position: EventLogPosition
    ) async throws -> (through: EventLogPosition, woken: Int) {
        // Read before looking for streams: one that joins later reads what was committed until then by itself.
        let head = log.feed.head
        let (round, isNeeded) = state.withLock { state in
            state.isScanning = state.streams.count > 0
            return (Round(state.streams), state.isScanning)
        }
        guard isNeeded else {
            try await forgetRedactedEvents(after: position)
            return (head, finish([], [], through: head))
        }
        let page = try await log.page(EventQuery(after: position, limit: StreamHub.roundLimit))
        let meant = try await round.sort(page.events, log: log, facts: facts)
        var stretches: [(shelf: StreamShelf, stretch: StreamStretch)] = []
        var lapsed: [StreamShelf] = []
        if page.events.contains(where: { $0.kind == EventKind.engineRedacted.rawValue }) {
            forget()
            lapsed = state.withLock(\.streams.shelves)
        }
        for (shelf, events) in meant {
            guard let last = events.last else { continue }
            if let view = shelf.key.encoding.view {
                if let stretch = try await stretch(of: events, through: last.position, in: view) {
                    stretches.append((shelf, stretch))
                } else {
                    lapsed.append(shelf)
                }
            } else {
                let stretch = StreamStretch(
                    events, through: last.position, append: shelf.key.encoding.append)
                stretches.append((shelf, stretch))
            }
        }
        let woken = finish(stretches, lapsed, through: page.through)
        return (max(position, page.through), woken)
    }

    /// Forgets everything when the values of some job were redacted behind a position, which nobody was told of otherwise.
    private func forgetRedactedEvents(after position: EventLogPosition) async throws {
        guard !pages.isEmpty || !views.isEmpty else { return }
        var query = EventQuery(after: position, kinds: [.engineRedacted], limit: 1)
        query.isOfEngine = true
        let redactions = query
        if try await !log.read({ try $0.events(redactions).events.isEmpty }) { forget() }
    }

    /// Forgets what it keeps of events: some of it may have been redacted.
    private func forget() {
        pages.forget()
        views.forget()
        facts.forget()
    }

    /// Ends a round: everything up to a position is on the shelves then.
    ///
    /// - Parameters:
    ///   - stretches: What is new, by shelf.
    ///   - lapsed: The shelves for which there is something that could not be put on them.
    ///   - position: The end of the round.
    /// - Returns: How many readers were woken.
    private func finish(
        _ stretches: [(shelf: StreamShelf, stretch: StreamStretch)], _ lapsed: [StreamShelf],
        through position: EventLogPosition
    ) -> Int {
        let woken = state.withLock { state -> [StreamTicket] in
            let limit = configuration.memoryBytes / 2 / max(1, state.streams.shelfCount)
            var woken: [StreamTicket] = []
            for (shelf, stretch) in stretches {
                shelf.put(stretch, limit: limit)
                woken += state.streams.readers(of: shelf)
            }
            for shelf in lapsed { shelf.lapse() }
            state.unbegun += lapsed
            // Those that came during the round: what they missed, their readers find in the log.
            for shelf in state.unbegun where shelf.begin(after: position) {
                woken += state.streams.readers(of: shelf)
            }
            state.unbegun = []
            (state.scanned, state.isScanning) = (position, false)
            return woken
        }
        for ticket in woken { ticket.wake(.commit) }
        return woken.count
    }
}

/// The shelves that a round is for.
private struct Round {
    private let streams: OpenStreams

    init(_ streams: OpenStreams) { self.streams = streams }

    /// The events that are meant for each shelf.
    func sort(
        _ events: [StoredEvent], log: EventLog, facts: JobFactsMemory
    ) async throws -> [(shelf: StreamShelf, events: [StoredEvent])] {
        var meant: [(shelf: StreamShelf, events: [StoredEvent])] = []
        for (job, own) in Dictionary(grouping: events, by: \.job) {
            guard let job else { continue }
            for shelf in streams.shelves(of: job) { meant.append((shelf, own)) }
        }
        let filtered = streams.filteredShelves
        for shelf in filtered where !shelf.key.selection.asksForFacts {
            meant.append((shelf, events.filter(shelf.key.selection.fits)))
        }
        let asking = filtered.filter(\.key.selection.asksForFacts)
        guard !asking.isEmpty, !events.isEmpty else { return meant }
        meant += try await log.read { reader in
            try asking.map { shelf in
                (shelf, try facts.events(of: shelf.key.selection, among: events, by: reader))
            }
        }
        return meant
    }
}
