import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// `GET /v1/jobs/:id/stream`: a snapshot, then the tail; 204 when the reader has seen the end.
    func streamJob(_ request: Request, _ path: Parameters, for caller: Caller) async throws -> Response {
        let id = try path.job()
        let parameters = try QueryParameters(request, known: ["last_event_id", "lastEventId", "from", "log"])
        let start = try parameters.start(request) ?? .snapshot
        return try await openStream(
            request, of: id, from: start, log: try parameters.text("log"), to: caller)
    }

    /// Opens an event stream of one job.
    func openStream(
        _ request: Request, of job: JobID, from start: StreamStart, log: String?, to caller: Caller
    ) async throws -> Response {
        let opening = try await opening(of: job, from: start, log: log)
        guard !opening.isOver else {
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        return try streamed(request, job, .sse, to: caller) { ticket, writer in
            var stream = EventStream(opening, ticket: ticket, scope: self)
            try await stream.run(&writer)
        }
    }

    /// Reads where a stream begins.
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
        _ request: Request, _ job: JobID, _ format: HistoryFormat, to caller: Caller,
        _ write: @escaping StreamBody.Write
    ) throws -> Response {
        if let reason = streams.reasonNotReady { throw RouteFault.unavailable(reason) }
        // Given back with the body, or when the body is let go without having been written.
        let seat = try gate.seats.take(caller)
        var headers: HTTPFields = [
            .contentType: format.mediaType, .cacheControl: "no-store, no-transform",
            // The connection is closed behind the stream; a client that keeps it for its next request meets an error.
            .connection: "close",
        ]
        // nginx collects an answer before it passes it on, unless it is told not to.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: StreamBody(scope: self, job: job, seat: seat, write: write).response(to: request))
    }
}

extension QueryParameters {
    /// Where the reader begins: its cursor, from the header or the query, else what `from=` says.
    ///
    /// - Returns: Nil when the request says nothing.
    /// - Throws: `RequestFault` when it is malformed.
    func start(_ request: Request) throws(RequestFault) -> StreamStart? {
        if let header = request.headers[named: "Last-Event-ID"], !header.isEmpty {
            return try StreamStart(cursor: header, givenAs: "Last-Event-ID")
        }
        for name in ["last_event_id", "lastEventId", "after"] {
            if let cursor = try text(name) { return try StreamStart(cursor: cursor, givenAs: name) }
        }
        guard let from = try text("from") else { return nil }
        return try StreamStart(from: from)
    }
}
