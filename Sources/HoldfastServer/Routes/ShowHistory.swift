import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/events`: the history, as pages of JSON, as lines or as an event stream.
    func showHistory(_ request: Request, _ path: Parameters, for caller: Caller) async throws -> Response {
        let id = try path.job()
        let parameters = try QueryParameters(
            request,
            known: ["from", "after", "last_event_id", "lastEventId", "limit", "format", "follow", "log"])
        let start = try parameters.start(request) ?? .beginning
        let log = try parameters.text("log")
        switch try parameters.format(request) {
        case .json:
            let limit = try parameters.count("limit", in: 1...1000) ?? 256
            return .json(try await historyPage(of: id, from: start, log: log, limit: limit).json)
        case .ndjson:
            let limit = try parameters.count("limit", in: 1...Int.max)
            let follows = try parameters.flag("follow")
            let opening = try await knownOpening(of: id, from: start, log: log)
            return try streamed(request, id, .ndjson, to: caller) { ticket, writer in
                var lines = LineStream(opening, ticket: ticket, scope: self, limit: limit, follows: follows)
                try await lines.run(&writer)
            }
        case .sse: return try await openStream(request, of: id, from: start, log: log, to: caller)
        }
    }

    private func historyPage(
        of job: JobID, from start: StreamStart, log: String?, limit: Int
    ) async throws -> HistoryPage {
        let opening = try await knownOpening(of: job, from: start, log: log)
        // One more than is sent tells whether there is a next page.
        let query = EventQuery(job: job, after: opening.after, limit: limit + 1)
        let page = try await engine.log.read { try $0.events(query) }
        let shown = page.events.prefix(limit)
        let next = page.events.count > limit ? shown.last?.position : nil
        return HistoryPage(events: shown.map(\.envelope), next: next, through: next ?? page.through)
    }

    /// Reads where a history begins.
    ///
    /// - Throws: `RouteFault.foreignCursor`, because there is no block here that could tell of a gap.
    private func knownOpening(
        of job: JobID, from start: StreamStart, log: String?
    ) async throws -> StreamOpening {
        let opening = try await opening(of: job, from: start, log: log)
        guard !opening.isForeign else { throw RouteFault.foreignCursor(tail: opening.tail) }
        return opening
    }
}

extension QueryParameters {
    /// The form that the client asks for, by `?format=` or else by `Accept`.
    fileprivate func format(_ request: Request) throws(RequestFault) -> HistoryFormat {
        guard let name = try text("format") else {
            return HistoryFormat(accepting: request.headers[.accept])
        }
        guard let format = HistoryFormat(rawValue: name) else {
            throw .invalidParameter(
                "format", expected: "one of " + HistoryFormat.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        return format
    }
}
