import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import NIOCore

/// Sends the events of a job to one reader as the event stream of the Durable Streams protocol (PROTOCOL.md, section
/// 5.8): batches of events, and behind each of them where the reader stands.
struct DurableEventStream: Sendable {
    private let scope: RouteScope
    private let ticket: StreamTicket
    private var pages: StreamPages
    private var life: LifeTracker?
    private var cursor: DurableCursor
    /// Whether the reader was told that it has everything.
    private var isUpToDate = false

    /// How long a stream is open at least before the reader has to come again, as it does by itself.
    ///
    /// It is looked at with each sign of life, so with those of the standard the stream ends after about a minute.
    static let longest = Duration.seconds(50)

    init(_ opening: StreamOpening, cursor: DurableCursor, ticket: StreamTicket, scope: RouteScope) {
        self.scope = scope
        self.ticket = ticket
        self.cursor = cursor
        pages = StreamPages(scope.streams, ticket, after: opening.after)
        life = opening.state.map(LifeTracker.init)
        ticket.cursor = opening.cursor
    }

    /// Writes the stream up to its end.
    ///
    /// - Throws: `CancellationError` when it is cut, and what the connection throws.
    mutating func run(_ writer: inout StreamWriter) async throws {
        do {
            while try await !sendNextBatch(&writer) {}
        } catch is StoreError {
            // The head has been sent, and the protocol has no block for it: the reader comes again and is told then.
        }
    }

    /// Sends what is there, or waits for something to do where there is nothing.
    ///
    /// - Returns: Whether the stream has ended.
    private mutating func sendNextBatch(_ writer: inout StreamWriter) async throws -> Bool {
        let isOver = life?.isOver == true
        let turn = try await pages.next(isPatient: isUpToDate && !isOver)
        life?.follow(turn.stretch.change)
        let isClosed = turn.reachesTail && life?.isOver == true
        if let last = turn.stretch.items.last {
            ticket.cursor = last.position
            isUpToDate = false
            DurableEventStream.append(turn.stretch, to: &writer.pending)
        }
        if !turn.stretch.isEmpty || isClosed || turn.mayWait && !isUpToDate {
            isUpToDate = turn.mayWait
            append(isClosed: isClosed, to: &writer.pending)
        }
        try await writer.flush()
        guard !isClosed, ticket.rotation == nil else { return true }
        let wakes = turn.mayWait ? try await ticket.next() : ticket.takeWakes()
        guard wakes.contains(.heartbeat) else { return false }
        writer.pending += ServerSentEvents.heartbeat
        return scope.environment.now() - ticket.openedAt >= DurableEventStream.longest
    }

    /// Appends a batch: an array over several lines, of which the events' lines are the same for all readers.
    private static func append(_ stretch: StreamStretch, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "event: data\ndata: [\n".utf8)
        bytes.append(contentsOf: stretch.bytes.readableBytesView.dropLast(StreamEncoding.elementEnd.count))
        bytes.append(contentsOf: "\ndata: ]\n\n".utf8)
    }

    /// Appends where the reader stands.
    private mutating func append(isClosed: Bool, to bytes: inout [UInt8]) {
        cursor.move(to: scope.environment.now())
        let control = JSONWriter.object { writer in
            writer.field("streamNextOffset", DurableOffset.text(of: ticket.cursor))
            if !isClosed { writer.field("streamCursor", cursor.description) }
            if isUpToDate || isClosed { writer.field("upToDate", true) }
            if isClosed { writer.field("streamClosed", true) }
        }
        bytes.append(contentsOf: "event: control\ndata: \(control.text)\n\n".utf8)
    }
}

extension StreamEncoding {
    /// What stands behind each event, and is left out behind the last one of an array.
    static let elementEnd = Array(",\n".utf8)

    /// Lines of a block that together are the elements of an array.
    static let elements = StreamEncoding(name: "elements") { event, bytes in
        bytes.append(contentsOf: "data: ".utf8)
        bytes.append(contentsOf: event.envelope.text.utf8)
        bytes.append(contentsOf: elementEnd)
    }
}
