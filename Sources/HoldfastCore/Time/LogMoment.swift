/// A moment of a log's past, as people name it: by a position or by a time.
public enum LogMoment: Hashable, Sendable, CustomStringConvertible {
    /// The moment right after the event at this position.
    case position(EventLogPosition)
    /// The moment right after the event with the greatest (at, position) not after this time.
    case time(Timestamp)

    /// Reads digits alone as a position, and else a time of RFC 3339; nil when it is neither.
    public init?(_ text: String) {
        if let position = EventLogPosition(text: text) {
            self = .position(position)
        } else if let time = Timestamp(rfc3339: text) {
            self = .time(time)
        } else {
            return nil
        }
    }

    /// What `init` reads.
    public var description: String {
        switch self {
        case .position(let position): position.description
        case .time(let time): time.rfc3339
        }
    }
}
