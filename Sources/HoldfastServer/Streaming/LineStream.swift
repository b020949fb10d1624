import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Sends the events of a selection to one reader as lines of JSON, one envelope each.
struct LineStream: Sendable {
    private let ticket: StreamTicket
    private var pages: StreamPages
    private var life: LifeTracker?
    private var remaining: Int
    private let follows: Bool

    /// Begins where the opening says.
    ///
    /// At most `limit` lines are sent, any number when it is nil. A stream that `follows` goes on at the end of
    /// the log, that of one job until the job's life ends.
    init(_ opening: StreamOpening, ticket: StreamTicket, scope: RouteScope, limit: Int?, follows: Bool) {
        self.ticket = ticket
        self.follows = follows
        pages = StreamPages(scope.streams, ticket, after: opening.after)
        life = opening.state.map(LifeTracker.init)
        remaining = limit ?? .max
    }

    /// Writes the lines up to the end.
    ///
    /// - Throws: `CancellationError` when it is cut, `StoreError`, and what the connection throws. The answer
    ///   then ends
    ///   without its last chunk, so that the reader does not take it for complete.
    mutating func run(_ writer: inout StreamWriter) async throws {
        var isCaughtUp = false
        while remaining > 0 {
            let isOver = life?.isOver == true
            let turn = try await pages.next(limit: remaining, isPatient: isCaughtUp && !isOver)
            remaining -= turn.stretch.items.count
            life?.follow(turn.stretch.change)
            ticket.cursor = pages.position
            try await writer.send(turn.stretch)
            isCaughtUp = isCaughtUp || turn.reachesTail
            // Also when the server stops, what was there is sent: a shorter answer would look complete.
            if turn.reachesTail, !follows || life?.isOver == true { return }
            if isCaughtUp, ticket.rotation != nil { return }
            if turn.mayWait { _ = try await ticket.next() }
        }
    }
}
