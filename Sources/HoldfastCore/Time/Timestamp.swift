/// A moment in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Microseconds, because that is what PostgreSQL keeps. The core never reads a clock: every moment arrives inside a
/// command.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970, negative before.
    public let microseconds: Int64

    /// Wraps a number of microseconds since 1970.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The last moment that can be written as RFC 3339: 9999-12-31T23:59:59.999999Z.
    public static let distantFuture = Timestamp(microseconds: 253_402_300_799_999_999)

    /// RFC 3339 in UTC with six digits, such as `2026-10-08T14:03:00.123456Z`.
    public var description: String { rfc3339 }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }

    /// The moment `duration` later, rounded up to the next microsecond so that a timer never fires early, and held
    /// within `distantFuture`.
    public static func + (left: Timestamp, duration: Duration) -> Timestamp {
        let length = duration.microsecondsRoundedUp
        let (sum, overflow) = left.microseconds.addingReportingOverflow(length)
        if overflow { return length < 0 ? Timestamp(microseconds: .min) : .distantFuture }
        return Timestamp(microseconds: min(sum, distantFuture.microseconds))
    }

    /// The time from `right` to `left`.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds - right.microseconds)
    }
}

extension Duration {
    /// The length in microseconds, rounded up and held within `Int64`.
    public var microsecondsRoundedUp: Int64 {
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        return Int64(clamping: rest > 0 ? whole + 1 : whole)
    }
}
