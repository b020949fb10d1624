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
        return try await waiting(request, selection, for: wait, to: caller) { ticket in
            .json(json(of: try await nextPage(of: selection, after: opening.after, limit: limit, ticket)))
        }
    }

    /// Makes an answer that may wait for what is committed, until a time has passed, the reader is gone or the server
    /// stops.
    ///
    /// - Parameters:
    ///   - request: The request that waits.
    ///   - selection: The events for which the ticket is woken.
    ///   - wait: How long.
    ///   - caller: Who waits, and takes the place of a stream meanwhile.
    ///   - answer: Makes the answer, also after the time has passed.
    /// - Returns: The answer.
    /// - Throws: `RouteFault.unavailable` when nobody can wait now; `AccessFault.tooManyStreams`; `CancellationError`
    ///   when the reader is gone; what `answer` throws.
    func waiting(
        _ request: Request, _ selection: StreamSelection, for wait: Duration, to caller: Caller,
        _ answer: @escaping @Sendable (StreamTicket) async throws -> Response
    ) async throws -> Response {
        let seat = try access.seats.take(caller)
        defer { seat.leave() }
        let ticket = try streams.join(
            ShelfKey(selection: selection, encoding: .lines), for: caller.subject)
        defer { streams.leave(ticket) }
        var response = try await request.body.consumeWithInboundCloseHandler { _ in
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
                group.addTask { try await answer(ticket) }
                defer { group.cancelAll() }
                while let response = try await group.next() {
                    if let response { return response }
                }
                throw CancellationError()
            }
        } onInboundClosed: {
            ticket.cut(.readerGone)
        }
        // The library closes the connection behind it; a client that keeps it for its next request meets an error.
        response.headers[.connection] = "close"
        return response
    }

    /// The next page that has an event; an empty one when the wait is over.
    func nextPage(
        of selection: StreamSelection, after start: EventLogPosition, limit: Int, _ ticket: StreamTicket
    ) async throws -> LogPage {
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
    ) async throws -> LogPage {
        let facts = streams.facts
        return try await engine.log.read { reader in
            // One more than is sent tells whether there is a next page.
            let page = try reader.events(selection.query(after: position, limit: limit + 1))
            let looked = page.events.prefix(limit)
            let meant = try facts.events(of: selection, among: looked, by: reader)
            let next = page.events.count > limit ? looked.last?.position : nil
            return LogPage(events: meant, next: next, through: next ?? page.through)
        }
    }

    /// The JSON of a page.
    func json(of page: LogPage) -> JSONText {
        HistoryPage(
            log: engine.log.backend.identity, events: page.events.map(\.envelope), next: page.next,
            through: page.through
        ).json
    }
}

/// Some events of a selection that follow one another.
struct LogPage: Sendable {
    /// The events, in order.
    let events: [StoredEvent]
    /// The cursor of the next page; nil when this one reaches the end of the log.
    let next: EventLogPosition?
    /// Every event up to this position was looked at.
    let through: EventLogPosition
}
