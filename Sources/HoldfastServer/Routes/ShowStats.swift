import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// How many streams are listed one by one, the oldest first.
    private static let listedStreams = 1_000

    /// `GET /v1/head`: where the log ends, to be kept elsewhere.
    func showHead(_ request: Request) async throws -> Response {
        _ = try QueryParameters(request, known: [])
        let head = try await engine.log.read { try $0.head() }
        return .json(
            JSONWriter.object { writer in
                writer.field("log", engine.log.backend.identity)
                writer.head(head)
            })
    }

    /// `GET /v1/stats`: how much there is or was of what, and who watches now.
    func showStats(_ request: Request) async throws -> Response {
        let moment = try QueryParameters(request, known: ["at"]).past()
        let backend = engine.log.backend
        let now = environment.now()
        let statistics = try await engine.log.read {
            try LogStatistics(of: backend, reader: $0, at: moment, now: now)
        }
        let tickets = streams.tickets
        return .json(
            JSONWriter.object { writer in
                statistics.write(into: &writer)
                guard moment == nil else { return }
                writer.field("streams_open", tickets.count)
                writer.key("streams")
                writer.array { list in
                    for ticket in tickets.prefix(RouteScope.listedStreams) {
                        list.object { $0.stream(ticket, head: statistics.head, now: now) }
                    }
                }
            })
    }
}

extension JSONWriter {
    /// One open stream: whose it is, what it is of, how far its reader is.
    fileprivate mutating func stream(_ ticket: StreamTicket, head: EventLogPosition, now: Timestamp) {
        field("principal", ticket.principal)
        if let job = ticket.shelf.key.selection.onlyJob { field("job", job.description) }
        field("form", ticket.shelf.key.encoding.name)
        field("cursor", ticket.cursor.description)
        field("lag", max(0, head.value - ticket.cursor.value))
        field("opened_at", ticket.openedAt)
        field("age_us", (now - ticket.openedAt).microsecondsRoundedUp)
    }
}
