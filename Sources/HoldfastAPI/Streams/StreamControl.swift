public import HoldfastCore

/// The blocks of a stream that are not stored events.
public enum StreamControl: Hashable, Sendable {
    /// Comes first.
    ///
    /// `from` is where the reader's cursor stands, `earliest` the first position of the stream and `tail` the
    /// end of the
    /// log, which is named by `log`.
    case open(log: String, from: EventLogPosition, earliest: EventLogPosition, tail: EventLogPosition)
    /// What was asked for cannot be had: the events from `to` on follow instead.
    case gap(StreamGap, from: EventLogPosition, to: EventLogPosition)
    /// Everything that was there when the stream was opened has been sent.
    case caughtUp
    /// Nothing of the stream's selection was found up to the block's cursor.
    case position
    /// The server closes the stream for reasons of its own: connect again.
    case rotate(StreamRotation)
    /// The job's life has ended and the stream ends with it: do not connect again.
    case end(job: JobID, state: JobPhaseName)

    /// The name of the block; never one of a stored event, and never `error`.
    public var event: String {
        switch self {
        case .open: "stream.open"
        case .gap: "stream.gap"
        case .caughtUp: "stream.caught_up"
        case .position: "stream.position"
        case .rotate: "stream.rotate"
        case .end: "stream.end"
        }
    }

    /// The name of the block with which a stream without a cursor begins.
    public static let snapshotEvent = "stream.snapshot"

    /// The value of the block that carries the cursor `position`.
    public func json(at position: EventLogPosition) -> JSONText {
        JSONWriter.object { writer in
            switch self {
            case .open(let log, let from, let earliest, let tail):
                writer.field("log", log)
                writer.field("from", from.description)
                writer.field("earliest", earliest.description)
                writer.field("tail", tail.description)
            case .gap(let gap, let from, let to):
                writer.field("reason", gap.rawValue)
                writer.field("from", from.description)
                writer.field("to", to.description)
            case .caughtUp, .position: writer.field("position", position.description)
            case .rotate(let reason): writer.field("reason", reason.rawValue)
            case .end(let job, let state):
                writer.field("job", job.description)
                writer.field("state", state.rawValue)
                writer.field("position", position.description)
            }
        }
    }
}

/// Why a stream cannot go on at the reader's cursor.
public enum StreamGap: String, Hashable, Sendable, CaseIterable {
    /// The cursor is of another log, or of one that lost its end.
    case foreign
    /// The events after the cursor were pruned.
    case pruned
}

/// Why a server closes a stream that has not ended.
public enum StreamRotation: String, Hashable, Sendable, CaseIterable {
    /// The server stops.
    case shutdown
    /// The store cannot be read now.
    case unavailable
    /// What the reader said who it is by has ended: say it anew.
    case token
}
