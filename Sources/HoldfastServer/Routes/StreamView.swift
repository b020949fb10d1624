import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import Hummingbird

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
    /// The cursor of a reader of a view; nil when there is none, or one that is worth nothing.
    fileprivate func viewCursor() throws(RequestFault) -> ViewCursor? {
        if let header = headers[named: "Last-Event-ID"], !header.isEmpty {
            return try ViewCursor.read(header, givenAs: "Last-Event-ID")
        }
        for name in ["last_event_id", "lastEventId"] {
            guard let text = uri.queryParameters[name[...]] else { continue }
            return try ViewCursor.read(String(text), givenAs: name)
        }
        return nil
    }
}
