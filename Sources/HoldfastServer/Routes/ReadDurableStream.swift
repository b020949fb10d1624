import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Hummingbird

extension RouteScope {
    /// How long a reader of a durable stream waits for an event, in one request.
    private static let durableWait = Duration.seconds(25)

    /// `GET /v1/jobs/:id/durable-stream`: the job's log by the Durable Streams protocol, as far as it is about reading.
    func readDurableStream(
        _ request: Request, _ path: Parameters, for caller: Caller
    ) async throws -> Response {
        let job = try path.job()
        if request.method == .head { return try await showDurableStream(job) }
        let read = try DurableRead(request)
        let opening = try await durableOpening(of: job, at: read.offset)
        switch read.live {
        case .sse: return try openDurableStream(request, of: job, opening, read, to: caller)
        case .longPoll: return try await pollDurableStream(request, of: job, opening, read, to: caller)
        case nil where read.offset == .end: return DurablePage(endOf: job, opening).empty
        case nil:
            let page = try await page(
                of: .job(job), after: opening.after, limit: streamConfiguration.pageEvents)
            return DurablePage(of: job, page, after: opening.after, state: opening.state)
                .response(to: request)
        }
    }

    /// The next `Stream-Cursor` for a reader.
    private func cursor(after read: DurableRead) -> DurableCursor {
        DurableCursor(at: environment.now(), after: read.cursor, random: environment.random())
    }

    /// Says where the log ends and whether the job has ended.
    private func showDurableStream(_ job: JobID) async throws -> Response {
        DurablePage(endOf: job, try await durableOpening(of: job, at: .end)).end
    }

    private func openDurableStream(
        _ request: Request, of job: JobID, _ opening: StreamOpening, _ read: DurableRead, to caller: Caller
    ) throws -> Response {
        let key = ShelfKey(selection: .job(job), encoding: .elements)
        let cursor = cursor(after: read)
        var response = try streamed(request, key, .sse, to: caller) { ticket, writer in
            var stream = DurableEventStream(opening, cursor: cursor, ticket: ticket, scope: self)
            try await stream.run(&writer)
        }
        for field in HTTPFields.durable { response.headers[field.name] = field.value }
        response.headers[.cacheControl] = "no-cache, no-store, no-transform"
        return response
    }

    private func pollDurableStream(
        _ request: Request, of job: JobID, _ opening: StreamOpening, _ read: DurableRead, to caller: Caller
    ) async throws -> Response {
        if opening.isOver { return DurablePage(endOf: job, opening).nothing(cursor: nil) }
        return try await waiting(request, .job(job), for: RouteScope.durableWait, to: caller) { ticket in
            let events = try await nextPage(
                of: .job(job), after: opening.after, limit: streamConfiguration.pageEvents, ticket)
            let page = DurablePage(of: job, events, after: opening.after, state: opening.state)
            let cursor = page.isClosed ? nil : cursor(after: read).description
            return page.events.isEmpty
                ? page.nothing(cursor: cursor) : page.response(to: request, cursor: cursor)
        }
    }

    /// Reads where a reader begins.
    ///
    /// - Throws: `RequestFault.invalidParameter` for an offset that the log does not reach, which it never handed out;
    ///   `RouteFault.prunedCursor`, `JobRejection.unknownJob`, `StoreError`.
    private func durableOpening(of job: JobID, at offset: DurableOffset) async throws -> StreamOpening {
        let identity = engine.log.backend.identity
        let opening = try await engine.log.read { reader in
            let start: StreamStart =
                switch offset {
                case .beginning: .beginning
                case .end: .after(try RouteScope.lastPosition(of: job, reader))
                case .after(let position): .after(position)
                }
            return try StreamOpening(
                of: job, from: start, log: nil, in: identity, logLimit: 0, reader: reader)
        }
        if opening.gap == .foreign { throw DurableOffset.unknown }
        try refuseGap(opening)
        return opening
    }

    private static func lastPosition(of job: JobID, _ reader: any StorageReader) throws -> EventLogPosition {
        let last = try reader.events(EventQuery(job: job, limit: 1, fromEnd: true)).events.last
        guard let last else { throw JobRejection.unknownJob }
        return last.position
    }
}
