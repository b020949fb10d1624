import HoldfastAPI
import HoldfastCore

/// A place in a job's log as readers of the Durable Streams protocol name it.
///
/// Their offsets are opaque texts that order as what they stand for (PROTOCOL.md, section 8): a position with leading
/// zeros. Those that are handed out are positions of the job's own events, so one place has one text.
enum DurableOffset: Hashable, Sendable {
    /// Before the first event: `-1`.
    case beginning
    /// Behind the last event that there is: `now`.
    case end
    /// Behind an event.
    case after(EventLogPosition)

    /// As many digits as the largest position has.
    private static let width = 19

    /// Reads the value of `offset=`.
    ///
    /// - Throws: `RequestFault.invalidParameter` for a text that is never handed out.
    init(_ text: String) throws(RequestFault) {
        switch text {
        case "-1": self = .beginning
        case "now": self = .end
        default:
            let digits = text.drop { $0 == "0" }
            guard text.utf8.count == DurableOffset.width,
                let position = EventLogPosition(text: digits.isEmpty ? "0" : String(digits))
            else { throw DurableOffset.unknown }
            self = .after(position)
        }
    }

    /// What is said of an offset that this log never handed out.
    static var unknown: RequestFault {
        .invalidParameter("offset", expected: "-1, now, or a Stream-Next-Offset of this stream")
    }

    /// The offset behind a position.
    static func text(of position: EventLogPosition) -> String {
        let digits = position.description
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
