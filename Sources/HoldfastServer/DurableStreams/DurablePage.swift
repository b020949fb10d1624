import HTTPTypes
import HoldfastCore
import HoldfastStore
import Hummingbird
import NIOCore

/// What a reader of a durable stream gets at a time: the events behind its offset, and where it stands after them.
struct DurablePage: Sendable {
    let job: JobID
    /// The events after this position were asked for.
    let start: EventLogPosition
    /// The events, in order.
    let events: [StoredEvent]
    /// Whether there was nothing behind them when they were read.
    let isUpToDate: Bool
    /// Whether the job had ended with them, so that nothing more was to come.
    let isClosed: Bool

    /// Puts together what was read of a job that had a state before.
    init(of job: JobID, _ page: LogPage, after start: EventLogPosition, state: JobPhaseName?) {
        self.job = job
        self.start = start
        events = page.events
        isUpToDate = page.next == nil
        var life = state.map(LifeTracker.init)
        life?.follow(page.events.compactMap { LifeChange(ofKind: $0.kind) }.last)
        isClosed = isUpToDate && life?.isOver == true
    }

    /// The end of the log, as it was when somebody asked for it.
    init(endOf job: JobID, _ opening: StreamOpening) {
        self.job = job
        start = opening.after
        events = []
        isUpToDate = true
        isClosed = opening.isOver
    }

    /// The headers that say where the reader stands.
    var headers: HTTPFields {
        var fields = HTTPFields.durable
        fields[.nextOffset] = DurableOffset.text(of: events.last?.position ?? start)
        if isUpToDate { fields[.upToDate] = "true" }
        if isClosed { fields[.closed] = "true" }
        return fields
    }

    /// Names the bytes together with what the headers say of them: a reader that keeps a page must learn that more has
    /// come behind it, or that the end has.
    private var tag: String {
        let range =
            "\(DurableOffset.text(of: start)):\(DurableOffset.text(of: events.last?.position ?? start))"
        return "\"\(job):\(range)\(isClosed ? ":c" : isUpToDate ? ":t" : "")\""
    }

    /// The page for one who asked for what is there, or 304 when it has the same already.
    func response(to request: Request, cursor: String? = nil) -> Response {
        var headers = headers
        headers[.eTag] = tag
        // What stands before the end never changes. The end moves on, so it is asked for again, which costs no bytes
        // while it has not.
        headers[.cacheControl] =
            isUpToDate ? "private, no-cache" : "private, max-age=60, stale-while-revalidate=300"
        headers[.vary] = "Authorization, Cookie"
        headers[.cursor] = cursor
        if let known = request.headers[.ifNoneMatch], ArtifactRange.isListed(tag, in: known) {
            return Response(status: .notModified, headers: headers)
        }
        return json(headers)
    }

    /// The page for one who asked for nothing of what is there.
    var empty: Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        return json(headers)
    }

    /// Where the log ends, for one who asks for nothing else.
    var end: Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers)
    }

    /// The answer to one who waited in vain.
    func nothing(cursor: String?) -> Response {
        var headers = headers
        headers[.cacheControl] = "no-store"
        headers[.cursor] = cursor
        return Response(status: .noContent, headers: headers)
    }

    private func json(_ headers: HTTPFields) -> Response {
        var bytes = ByteBuffer()
        bytes.writeInteger(UInt8(ascii: "["))
        for (index, event) in events.enumerated() {
            if index > 0 { bytes.writeInteger(UInt8(ascii: ",")) }
            bytes.writeString(event.envelope.text)
        }
        bytes.writeInteger(UInt8(ascii: "]"))
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.contentLength] = String(bytes.readableBytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
