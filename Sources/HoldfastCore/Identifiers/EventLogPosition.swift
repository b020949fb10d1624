/// A place in the whole log.
///
/// Positions start at 1, rise in commit order, have no holes when they are committed and are never reused, also after
/// pruning. Zero stands before the first event. On the wire a position is a decimal string, because JavaScript's
/// numbers end at 2^53.
public struct EventLogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, from 0.
    public let value: Int64

    /// Wraps a number that is known to be a position.
    public init(_ value: Int64) { self.value = value }

    /// Reads decimal digits alone, without sign or leading zeros; nil for anything else or above `Int64.max`.
    public init?(text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text == "0" || text.utf8.first != UInt8(ascii: "0"), let value = Int64(text)
        else { return nil }
        self.value = value
    }

    /// The place before the first event.
    public static let beginning = EventLogPosition(0)

    /// The position after this one.
    public var next: EventLogPosition { EventLogPosition(value + 1) }

    /// The decimal digits.
    public var description: String { String(value) }

    /// Orders by number.
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The fencing number of a worker's time-limited right to a job: the position of the claim's `job.started` event.
///
/// Tokens of one job only rise, so a write that carries an older one is refused in the transaction of the append.
public struct LeaseToken: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The position of the `job.started` event that gave the lease.
    public let position: EventLogPosition

    /// Makes the token of the claim recorded at `position`.
    public init(_ position: EventLogPosition) { self.position = position }

    /// The decimal digits of the position.
    public var description: String { position.description }

    /// Orders by position.
    public static func < (left: Self, right: Self) -> Bool { left.position < right.position }
}
