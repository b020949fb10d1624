import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Sends one job's events to one reader as lines of JSON, one envelope each.
struct LineStream: Sendable {
    private let ticket: StreamTicket
    private var pages: JobPages
    private var life: LifeTracker
    private var remaining: Int
    private let follows: Bool

    /// Begins where the opening says.
    ///
    /// At most `limit` lines are sent, any number when it is nil. A stream that `follows` goes on at the end of
    /// the log until the job's life ends.
    init(_ opening: StreamOpening, ticket: StreamTicket, scope: RouteScope, limit: Int?, follows: Bool) {
        self.ticket = ticket
        self.follows = follows
        pages = JobPages(
            scope.engine.log, job: opening.job, after: opening.after,
            limit: scope.streamConfiguration.pageEvents)
        life = LifeTracker(opening.state)
        remaining = limit ?? .max
    }

    /// Writes the lines up to the end.
    ///
    /// - Throws: `CancellationError` when it is cut, `StoreError`, and what the connection throws. The answer
    ///   then ends
    ///   without its last chunk, so that the reader does not take it for complete.
    mutating func run(_ writer: inout StreamWriter) async throws {
        while remaining > 0 {
            let (page, reachesTail) = try await pages.next(limit: remaining)
            remaining -= page.events.count
            for event in page.events {
                life.follow(event)
                writer.pending.append(contentsOf: event.envelope.text.utf8)
                writer.pending.append(UInt8(ascii: "\n"))
                try await writer.flushFullChunk()
            }
            try await writer.flush()
            // Also when the server stops, what was there is sent: a shorter answer would look complete.
            guard reachesTail else { continue }
            if !follows || life.isOver || ticket.isDraining { return }
            _ = try await ticket.next()
        }
    }
}
