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
        let (head, counters) = try await engine.log.read { reader in
            let reader = try reader.at(moment)
            return (try reader.head().position, try reader.counters())
        }
        let now = environment.now()
        let tickets = streams.tickets
        let bytes = (engine.log.backend as? any WriteAheadLogged)?.writeAheadLogBytes
        return .json(
            JSONWriter.object { writer in
                writer.key("log")
                writer.object { log in
                    log.field("identity", engine.log.backend.identity)
                    log.field("head", head.description)
                    if let bytes, moment == nil { log.field("wal_bytes", bytes) }
                }
                writer.key("jobs")
                writer.object { $0.states(counters) }
                writer.key("queues")
                writer.object { list in
                    for (queue, counts) in Dictionary(grouping: counters, by: \.key.queue)
                        .sorted(by: { $0.key.rawValue < $1.key.rawValue })
                    {
                        list.key(text: queue.rawValue)
                        list.object { $0.states(Dictionary(uniqueKeysWithValues: counts)) }
                    }
                }
                guard moment == nil else { return }
                writer.field("streams_open", tickets.count)
                writer.key("streams")
                writer.array { list in
                    for ticket in tickets.prefix(RouteScope.listedStreams) {
                        list.object { $0.stream(ticket, head: head, now: now) }
                    }
                }
            })
    }
}

extension JSONWriter {
    /// How many jobs are in each state, over all queues that are counted; states without a job are left out.
    fileprivate mutating func states(_ counters: [QueueCountKey: Int]) {
        let sums = counters.reduce(into: [:]) { $0[$1.key.phase, default: 0] += $1.value }
        for phase in JobPhaseName.allCases {
            if let count = sums[phase], count > 0 {
                key(text: phase.rawValue)
                number(Int64(count))
            }
        }
    }

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
