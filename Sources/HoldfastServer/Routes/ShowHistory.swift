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
            request, known: QueryParameters.cursors + QueryParameters.forms)
        let start = try parameters.start(request) ?? .beginning
        let opening = try await opening(of: id, from: start, log: try parameters.text("log"))
        let format = try parameters.format(request, otherwise: .json)
        return try await send(.job(id), opening, as: format, request, parameters, to: caller)
    }

    /// `GET /v1/stream`: the events of many jobs by one cursor, as an event stream, as lines or as pages of JSON.
    func streamLog(_ request: Request, for caller: Caller) async throws -> Response {
        let parameters = try QueryParameters(
            request,
            known: QueryParameters.cursors + QueryParameters.forms + QueryParameters.selection)
        let selection = try parameters.streamSelection(for: caller)
        let start = try parameters.start(request) ?? .tail
        let opening = try await opening(of: selection, from: start, log: try parameters.text("log"))
        let format = try parameters.format(request, otherwise: .sse)
        return try await send(selection, opening, as: format, request, parameters, to: caller)
    }

    private func send(
        _ selection: StreamSelection, _ opening: StreamOpening, as format: HistoryFormat, _ request: Request,
        _ parameters: QueryParameters, to caller: Caller
    ) async throws -> Response {
        switch format {
        case .json:
            try refuseGap(opening)
            let limit = try parameters.count("limit", in: 1...1000) ?? 256
            if let wait = try parameters.wait() {
                return try await poll(request, selection, opening, limit: limit, wait: wait, to: caller)
            }
            return .json(json(of: try await page(of: selection, after: opening.after, limit: limit)))
        case .ndjson:
            return try openLines(
                request, of: selection, opening, limit: try parameters.count("limit", in: 1...Int.max),
                follows: try parameters.flag("follow"), to: caller)
        case .sse: return try openStream(request, of: selection, opening, to: caller)
        }
    }

    /// Reads where a stream of many jobs begins.
    private func opening(
        of selection: StreamSelection, from start: StreamStart, log: String?
    ) async throws -> StreamOpening {
        let identity = engine.log.backend.identity
        var start = start
        if case .last(let count) = start { start = .after(try await position(before: count, of: selection)) }
        return try await engine.log.read { [start] reader in
            try StreamOpening(from: start, log: log, in: identity, reader: reader)
        }
    }

    /// The position behind which the last so many events of a selection are.
    private func position(
        before count: Int, of selection: StreamSelection
    ) async throws -> EventLogPosition {
        var missing = count
        var query = selection.query(after: .beginning, limit: 1024)
        query.fromEnd = true
        let facts = streams.facts
        while true {
            let (page, meant) = try await engine.log.read { [query] reader in
                let page = try reader.events(query)
                return (page, try facts.events(of: selection, among: page.events, by: reader))
            }
            if meant.count >= missing { return meant[meant.count - missing].position.previous }
            missing -= meant.count
            guard page.events.count == query.limit, let first = page.events.first else { return .beginning }
            query.through = first.position.previous
        }
    }
}
