import HoldfastCore
import HoldfastStore

/// Reads the events of a selection one stretch after the other, from a position on: the same way for what was and
/// for what comes.
///
/// The newest come from the shelf that all readers of the selection share, older ones from the log. Nothing is held
/// between two stretches but the position.
struct StreamPages: Sendable {
    /// Everything of the selection up to this position was handed out.
    private(set) var position: EventLogPosition
    private let hub: StreamHub
    private let shelf: StreamShelf
    private let configuration: StreamConfiguration

    /// Begins after a position.
    init(_ hub: StreamHub, _ ticket: StreamTicket, after position: EventLogPosition) {
        self.hub = hub
        shelf = ticket.shelf
        configuration = hub.configuration
        self.position = position
    }

    /// The next events, none when there is nothing new.
    ///
    /// - Parameters:
    ///   - limit: The greatest number of events.
    ///   - isPatient: Whether a commit that nobody has looked at yet may be left for the next call, which the ticket
    ///     will wake for.
    /// - Returns: The events and what they mean for the reader.
    /// - Throws: `StoreError` when the store cannot be read.
    mutating func next(limit: Int = .max, isPatient: Bool = false) async throws -> StreamTurn {
        let head = hub.log.feed.head
        let scanned = hub.scanned
        if let scanned,
            let found = shelf.stretch(
                after: position, scanned: scanned, limit: configuration.chunkBytes)
        {
            if !found.isEmpty || isPatient || found.through >= head {
                var turn = take(found.prefix(limit), of: found, head: head)
                turn.mayWait = turn.mayWait || found.isEmpty
                return turn
            }
        }
        return try await readLog(limit: limit, head: head)
    }

    /// Moves the position behind events that were looked at for all readers of the selection and are not meant for
    /// them; nothing is read for it.
    mutating func passOver() {
        guard let scanned = hub.scanned,
            let found = shelf.stretch(after: position, scanned: scanned, limit: 0), found.isEmpty
        else { return }
        position = max(position, found.through)
    }

    private mutating func readLog(limit: Int, head: EventLogPosition) async throws -> StreamTurn {
        let count = min(limit, configuration.pageEvents)
        let key = PageMemory.Key(shelf: shelf.key, after: position, limit: count)
        if let page = hub.pages.page(key) { return take(page, of: page, head: head) }
        let page =
            if let view = key.shelf.encoding.view, let job = key.shelf.selection.onlyJob {
                try await readPage(key, view, job)
            } else {
                try await readPage(key)
            }
        return take(page, of: page, head: head)
    }

    private func readPage(_ key: PageMemory.Key) async throws -> StreamStretch {
        let (memory, facts) = (hub.pages, hub.facts)
        return try await hub.log.read { reader in
            // Somebody else may have read it while this call waited for its turn.
            if let page = memory.page(key) { return page }
            let era = memory.era
            let selection = key.shelf.selection
            let read = try reader.events(selection.query(after: key.after, limit: key.limit))
            let meant = try facts.events(of: selection, among: read.events, by: reader)
            let page = StreamStretch(
                meant, through: max(key.after, read.through), append: key.shelf.encoding.append)
            if read.events.count == key.limit { memory.keep(page, as: key, of: era) }
            return page
        }
    }

    /// Reads a page for a view, which has to know the events before it.
    private func readPage(
        _ key: PageMemory.Key, _ view: ViewForm, _ job: JobID
    ) async throws -> StreamStretch {
        let (memory, views) = (hub.pages, hub.views)
        let place = try await hub.place(view, job, at: key.after)
        return try await hub.log.read { reader in
            if let page = memory.page(key) { return page }
            let era = memory.era
            var place = place
            let read = try reader.events(EventQuery(job: job, after: key.after, limit: key.limit))
            let page = try StreamStretch(read.events, through: max(key.after, read.through)) {
                view.append(try place.take($0, by: reader), at: $0.position, to: &$1)
            }
            place.skip(to: page.through)
            views.keep(place, of: view.view, job)
            if read.events.count == key.limit { memory.keep(page, as: key, of: era) }
            return page
        }
    }

    private mutating func take(
        _ taken: StreamStretch, of found: StreamStretch, head: EventLogPosition
    ) -> StreamTurn {
        position = max(position, taken.through)
        let reachesTail = taken.items.count == found.items.count && found.through >= head
        return StreamTurn(stretch: taken, reachesTail: reachesTail, mayWait: reachesTail)
    }
}

/// What a reader gets when it asks for what is next.
struct StreamTurn: Sendable {
    /// The events.
    let stretch: StreamStretch
    /// Whether they reach the end that the log had when the reader asked.
    let reachesTail: Bool
    /// Whether the ticket will wake the reader when there is more.
    var mayWait: Bool
}
