import HoldfastAPI
import HoldfastCore

/// Decides what one reader of a stream does: what it asks for, what of the answers is news, how long it waits.
///
/// It is pure: the shell, which is `StreamEvents.AsyncIterator`, sends what `begin` gives and hands in what comes of it.
struct StreamReading: Sendable {
    /// Where events come from: as a stream, and page by page where something on the way holds streams back.
    struct Paths: Hashable, Sendable {
        let stream: String
        let pages: String
    }

    /// Whether the stream has ended, so that nothing will ever follow.
    private(set) var isOver = false
    /// Whether it is asked for page by page.
    private(set) var isPolling = false
    /// How long the server wants the reader to stay away, once it said that it closes the stream.
    private(set) var rotation: Duration?

    private let paths: Paths
    private let filter: [QueryItem]
    private let start: StreamStart
    private let timing: ClientTiming
    private var cursor: EventLogPosition?
    private var log: String?
    /// The log that the server named in this connection.
    private var opened: String?
    /// The newest event that was handed out.
    private var seen = EventLogPosition.beginning
    private var parser = EventStreamParser()
    private var retry: Duration
    private var failures = 0
    private var silences = 0

    /// Begins at a place; `log` is the identity of the log that a cursor is of.
    init(_ paths: Paths, filter: [QueryItem], from start: StreamStart, log: String?, timing: ClientTiming) {
        self.paths = paths
        self.filter = filter
        self.start = start
        self.timing = timing
        retry = timing.retry
        guard case .after(let position) = start else { return }
        cursor = position
        seen = position
        self.log = log
    }

    /// Begins a connection, and gives its request.
    mutating func begin() -> ClientRequest {
        parser = EventStreamParser()
        opened = nil
        rotation = nil
        var request = ClientRequest(.get, isPolling ? paths.pages : paths.stream)
        request.query = filter + place
        if isPolling {
            request.query += [QueryItem("format", "json"), QueryItem("wait", String(timing.wait))]
        } else {
            request.accept = ServerSentEvents.mediaType
        }
        return request
    }

    private var place: [QueryItem] {
        if let cursor {
            return [QueryItem("last_event_id", cursor.description)]
                + (log.map { [QueryItem("log", $0)] } ?? [])
        }
        return start.query
    }

    /// Takes an answer without a body to read, which says that the reader has seen the end.
    mutating func takeEnd() { isOver = true }

    /// Takes bytes of a stream.
    ///
    /// - Returns: What the reader should see, each event once and in order.
    /// - Throws: `ClientError.malformed`.
    mutating func take(_ bytes: [UInt8]) throws(ClientError) -> [StreamEvent] {
        let blocks = parser.push(bytes)
        // Nothing at all would be no wait.
        if let retry = parser.retry { self.retry = .milliseconds(max(100, retry)) }
        var events: [StreamEvent] = []
        for block in blocks where !isOver && rotation == nil {
            if let event = try take(block) { events.append(event) }
        }
        return events
    }

    private mutating func take(_ block: StreamBlock) throws(ClientError) -> StreamEvent? {
        let json = JSONText(unchecked: block.data)
        guard let id = EventLogPosition(text: block.id) else {
            throw .malformed("a block has the id \"\(block.id)\"")
        }
        guard block.event.hasPrefix("stream.") else { return takeStored(block.event, json, at: id) }
        if block.event == "stream.open" {
            opened = try field("log", of: json)
            // A gap or a snapshot may follow; who is cut before it has to ask for it again.
            if cursor != nil || start == .snapshot { return nil }
        }
        cursor = id
        log = opened ?? log
        switch block.event {
        case "stream.open": return nil
        case "stream.rotate":
            rotation = min(timing.retryLimit, retry)
            return nil
        case "stream.end": isOver = true
        case "stream.gap":
            let to: String = try field("to", of: json)
            seen = EventLogPosition(max(0, (EventLogPosition(text: to)?.value ?? 1) - 1))
        case StreamControl.snapshotEvent: seen = id
        default: break
        }
        (failures, silences) = (0, 0)
        guard block.event == "stream.gap" || block.event == StreamControl.snapshotEvent else { return nil }
        return StreamEvent(cursor: id, kind: block.event, json: json, log: log)
    }

    private mutating func takeStored(
        _ kind: String, _ json: JSONText, at position: EventLogPosition
    ) -> StreamEvent? {
        guard position > seen else { return nil }
        (failures, silences) = (0, 0)
        seen = position
        cursor = position
        log = opened ?? log
        return StreamEvent(cursor: position, kind: kind, json: json, log: log)
    }

    /// Takes a page of history.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - time: How long the server took for it.
    /// - Returns: What the reader should see.
    /// - Throws: `ClientError`: one that may pass when a server answers empty pages at once, so that the reader waits.
    mutating func take(_ page: HistoryPage, after time: Duration) throws(ClientError) -> [StreamEvent] {
        opened = page.log
        var events: [StreamEvent] = []
        for json in page.events {
            let text: String = try field("position", of: json)
            guard let position = EventLogPosition(text: text) else {
                throw .malformed("an event has the position \"\(text)\"")
            }
            if let event = takeStored(try field("kind", of: json), json, at: position) {
                events.append(event)
            }
        }
        cursor = page.through
        log = page.log
        guard !page.events.isEmpty || time >= .seconds(1) else { throw .cut("the server does not wait") }
        (failures, silences) = (0, 0)
        return events
    }

    /// Decides what follows a failure.
    ///
    /// - Parameters:
    ///   - error: What went wrong.
    ///   - part: Gives a part of a length of time by chance, from nothing to all of it.
    /// - Returns: How long to wait before the next connection, and what the reader should see before that.
    /// - Throws: What no other connection can mend.
    mutating func failed(
        _ error: ClientError, part: (Duration) -> Duration
    ) throws(ClientError) -> (rest: Duration, events: [StreamEvent]) {
        if isPolling, let gap = try gap(after: error) { return (.zero, [gap]) }
        guard error.isRetryable else { throw error }
        silences = error == .timedOut(.silence) && !isPolling ? silences + 1 : 0
        // No first byte, or silence twice in a row: something on the way collects the stream.
        isPolling = !isPolling && (error == .timedOut(.firstByte) || silences > 1)
        guard !isPolling else { return (.zero, []) }
        let bound = min(timing.retryLimit, retry * (1 << min(failures, 20)))
        failures += 1
        return (max(part(bound), error.retryAfter ?? .zero), [])
    }

    /// What the refusal of a cursor means, which a page has no block to tell of: events go on behind a gap.
    private mutating func gap(after error: ClientError) throws(ClientError) -> StreamEvent? {
        guard let problem = error.problem, let reason = StreamGap(refusal: problem.kind) else { return nil }
        func text(_ name: String) -> String? {
            problem.extras.first { $0.name == name }.flatMap { JSONValues.string($0.value) }
        }
        guard let to = text("earliest").flatMap(EventLogPosition.init(text:)) else { throw error }
        let before = EventLogPosition(max(0, to.value - 1))
        let named = text("log") ?? log
        // A server that refuses the very place that it told would do so for ever.
        guard before != cursor || named != log else { throw error }
        let told = StreamControl.gap(reason, from: cursor ?? .beginning, to: to)
        (cursor, seen, log) = (before, before, named)
        return StreamEvent(cursor: before, kind: told.event, json: told.json(at: before), log: log)
    }

    private func field(_ name: String, of json: JSONText) throws(ClientError) -> String {
        do {
            let fields = try JSONFields(json)
            return try fields.required(name, fields.string(name))
        } catch {
            throw .malformed("\(error)")
        }
    }
}

extension StreamGap {
    /// The gap that the refusal of a cursor tells of; nil for other problems.
    fileprivate init?(refusal: ProblemKind?) {
        switch refusal {
        case .foreignCursor: self = .foreign
        case .prunedCursor: self = .pruned
        default: return nil
        }
    }
}
