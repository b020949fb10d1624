public import HoldfastCore

/// Where a reader begins.
public enum StreamStart: Hashable, Sendable {
    /// With a snapshot, then what comes after it.
    case snapshot
    /// With the first event.
    case beginning
    /// With what is committed from now on.
    case tail
    /// With the last so many events.
    case last(Int)
    /// After an event that the reader has seen: a cursor.
    case after(EventLogPosition)

    /// How many events `last:` may ask for, inclusive.
    public static let longestLast = 1000

    /// Reads the value of `from=`.
    ///
    /// - Throws: `RequestFault.invalidParameter` for anything but `start`, `now` and `last:N`.
    public init(from text: String) throws(RequestFault) {
        switch text {
        case "start": self = .beginning
        case "now": self = .tail
        default:
            let digits = text.hasPrefix("last:") ? String(text.dropFirst("last:".count)) : ""
            guard let count = EventLogPosition(text: digits)?.value,
                (1...Int64(StreamStart.longestLast)).contains(count)
            else {
                throw .invalidParameter(
                    "from", expected: "start, now or last:N with N from 1 to \(StreamStart.longestLast)")
            }
            self = .last(Int(count))
        }
    }

    /// Reads a cursor that was given in `place`, which the message names.
    ///
    /// - Throws: `RequestFault.malformedCursor` for anything but the digits of a position.
    public init(cursor text: String, givenAs place: String) throws(RequestFault) {
        guard let position = EventLogPosition(text: text) else { throw .malformedCursor(place) }
        self = .after(position)
    }
}
