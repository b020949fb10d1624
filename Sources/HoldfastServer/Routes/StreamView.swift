import HoldfastAPI
import HoldfastCore
import HoldfastEngine
public import Hummingbird

extension RouteScope {
    /// A job's log through a view, as an event stream; 204 when the reader has seen the end.
    ///
    /// The cursor comes from the header or the query, as with the engine's own streams; parameters that mean nothing
    /// here are the application's.
    ///
    /// - Throws: `JobRejection.unknownJob` for a job that the caller may not see, `RequestFault.malformedCursor`,
    ///   `AccessFault`, `StoreError`, and what the view throws.
    func streamView(
        _ request: Request, of job: JobID, in view: any EventStreamView, showing names: Set<String>?,
        to caller: Caller
    ) async throws -> Response {
        try await checkStream(caller, of: job)
        let form = ViewForm(view: view, names: names)
        let opening = try await opening(of: job, in: form, from: request.viewCursor())
        let dialect = ViewDialect(form, opening, heartbeat: streamConfiguration.heartbeat)
        let key = ShelfKey(selection: .job(job), encoding: .view(form))
        return try openStream(request, key, opening.stream, as: dialect, to: caller)
    }
}

extension Request {
    /// The cursor with which a reader of a stream comes back, as it was given in `id:`; nil for a reader who begins.
    ///
    /// It is in the header `Last-Event-ID`, or in the query as `last_event_id`. Endpoints that begin something for a new
    /// reader ask for it, so that a reader who comes back begins nothing.
    public var streamCursor: String? { cursorText?.text }

    /// The cursor of a reader of a view; nil when there is none, or one that is worth nothing.
    fileprivate func viewCursor() throws(RequestFault) -> ViewCursor? {
        guard let (text, place) = cursorText else { return nil }
        return try ViewCursor.read(text, givenAs: place)
    }

    private var cursorText: (text: String, place: String)? {
        if let header = headers[named: "Last-Event-ID"], !header.isEmpty { return (header, "Last-Event-ID") }
        for name in ["last_event_id", "lastEventId"] {
            if let text = uri.queryParameters[name[...]] { return (String(text), name) }
        }
        return nil
    }
}
