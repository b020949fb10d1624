import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird
import Logging

extension RouteScope {
    /// `GET /v1/jobs/:id/stream`: a snapshot, then the tail; 204 when the reader has seen the end.
    func streamJob(_ request: Request, _ path: Parameters, for caller: Caller) async throws -> Response {
        let id = try path.job()
        let parameters = try QueryParameters(request, known: QueryParameters.cursors)
        let start = try parameters.start(request) ?? .snapshot
        let opening = try await opening(of: id, from: start, log: try parameters.text("log"))
        return try openStream(request, of: .job(id), opening, to: caller)
    }

    /// Opens an event stream; 204 when the reader has seen the end of its job.
    func openStream(
        _ request: Request, of selection: StreamSelection, _ opening: StreamOpening, to caller: Caller
    ) throws -> Response {
        let dialect = EngineDialect(opening: opening, identity: engine.log.backend.identity)
        return try openStream(
            request, ShelfKey(selection: selection, encoding: .blocks), opening, as: dialect, to: caller)
    }

    /// Opens an event stream in a dialect; 204 when the reader has seen the end of its job.
    func openStream(
        _ request: Request, _ key: ShelfKey, _ opening: StreamOpening, as dialect: any StreamDialect,
        to caller: Caller
    ) throws -> Response {
        guard !opening.isOver else { return .nothing }
        return try streamed(request, key, .sse, to: caller) { ticket, writer in
            var stream = EventStream(opening, as: dialect, ticket: ticket, scope: self)
            do {
                try await stream.run(&writer)
            } catch let failure as ViewFailure {
                logger.error("a stream was cut: \(failure)")
                throw failure
            }
        }
    }

    /// Opens a stream of lines.
    func openLines(
        _ request: Request, of selection: StreamSelection, _ opening: StreamOpening, limit: Int?,
        follows: Bool, to caller: Caller
    ) throws -> Response {
        try refuseGap(opening)
        let key = ShelfKey(selection: selection, encoding: .lines)
        return try streamed(request, key, .ndjson, to: caller) { ticket, writer in
            var lines = LineStream(opening, ticket: ticket, scope: self, limit: limit, follows: follows)
            try await lines.run(&writer)
        }
    }

    /// Refuses a cursor from which an answer cannot go on that has no block to tell of it.
    func refuseGap(_ opening: StreamOpening) throws(RouteFault) {
        switch opening.gap {
        case .foreign:
            throw .foreignCursor(
                log: engine.log.backend.identity, earliest: opening.earliest, tail: opening.tail)
        case .pruned: throw .prunedCursor(earliest: opening.earliest)
        case nil: break
        }
    }

    /// Reads where a stream of a job begins.
    func opening(of job: JobID, from start: StreamStart, log: String?) async throws -> StreamOpening {
        let identity = engine.log.backend.identity
        let logLimit = streamConfiguration.snapshotLogs
        return try await engine.log.read { reader in
            try StreamOpening(
                of: job, from: start, log: log, in: identity, logLimit: logLimit, reader: reader)
        }
    }

    /// Makes an answer whose body is written for as long as the reader stays.
    ///
    /// - Throws: `RouteFault.unavailable` when no stream can be opened now; `AccessFault.tooManyStreams`.
    func streamed(
        _ request: Request, _ key: ShelfKey, _ format: HistoryFormat, to caller: Caller,
        _ write: @escaping StreamBody.Write
    ) throws -> Response {
        if let reason = streams.reasonNotReady { throw RouteFault.unavailable(reason) }
        // Given back with the body, or when the body is let go without having been written.
        let seat = try access.seats.take(caller)
        var headers: HTTPFields = [
            .contentType: format.mediaType, .cacheControl: "no-store, no-transform",
            // The connection is closed behind the stream; a client that keeps it for its next request meets an error.
            .connection: "close",
        ]
        // nginx collects an answer before it passes it on, unless it is told not to.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        headers[.vary] = "Accept-Encoding"
        let deflater = request.acceptsGzip ? streams.deflater : nil
        if deflater != nil { headers[.contentEncoding] = "gzip" }
        return Response(
            status: .ok, headers: headers,
            body: StreamBody(scope: self, key: key, seat: seat, deflater: deflater, write: write)
                .response(to: request))
    }
}
