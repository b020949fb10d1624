import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// Answers with the next page as soon as it has an event, and with an empty one after a time.
    ///
    /// For clients behind proxies that hold streams back: each answer is whole, and the next request goes on where it
    /// ended. A reader that has seen the end of its job gets 204.
    func poll(
        _ request: Request, _ selection: StreamSelection, _ opening: StreamOpening, limit: Int,
        wait: Duration,
        to caller: Caller
    ) async throws -> Response {
        guard !opening.isOver else {
            return .nothing
        }
        let seat = try access.seats.take(caller)
        defer { seat.leave() }
        let ticket = try streams.join(
            ShelfKey(selection: selection, encoding: .lines), for: caller.subject)
        defer { streams.leave(ticket) }
        return try await request.body.consumeWithInboundCloseHandler { _ in
            try await withThrowingTaskGroup(of: Response?.self) { group in
                group.addTask {
                    try await environment.sleep(wait)
                    ticket.wake(.timeout)
                    return nil
                }
                group.addTask {
                    try await ticket.awaitCut { try await environment.sleep(streamConfiguration.drainLimit) }
                    return nil
                }
                group.addTask {
                    .json(try await nextPage(of: selection, after: opening.after, limit: limit, ticket).json)
                }
                defer { group.cancelAll() }
                while let response = try await group.next() {
                    if let response { return response }
                }
                throw CancellationError()
            }
        } onInboundClosed: {
            ticket.cut(.readerGone)
        }
    }

    private func nextPage(
        of selection: StreamSelection, after start: EventLogPosition, limit: Int, _ ticket: StreamTicket
    ) async throws -> HistoryPage {
        var position = start
        var wakes: StreamTicket.Wake = []
        while true {
            // What a timeout or a stop interrupts is still looked at once more.
            let isLast = wakes.contains(.timeout) || ticket.isDraining
            let page = try await page(of: selection, after: position, limit: limit)
            if isLast || !page.events.isEmpty { return page }
            position = page.through
            ticket.cursor = position
            // Pages that were looked through without finding anything may be followed by others.
            wakes = page.next == nil ? try await ticket.next() : ticket.takeWakes()
        }
    }

    /// A page of the events of a selection after a position.
    func page(
        of selection: StreamSelection, after position: EventLogPosition, limit: Int
    ) async throws -> HistoryPage {
        let facts = streams.facts
        let identity = engine.log.backend.identity
        return try await engine.log.read { reader in
            // One more than is sent tells whether there is a next page.
            let page = try reader.events(selection.query(after: position, limit: limit + 1))
            let looked = page.events.prefix(limit)
            let meant = try facts.events(of: selection, among: looked, by: reader)
            let next = page.events.count > limit ? looked.last?.position : nil
            return HistoryPage(
                log: identity, events: meant.map(\.envelope), next: next, through: next ?? page.through)
        }
    }
}
