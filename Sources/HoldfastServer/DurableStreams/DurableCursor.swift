import HoldfastCore

/// The number by which a cache between the server and readers who wait tells one wait from the next (PROTOCOL.md,
/// section 10.1).
///
/// It counts stretches of time and never comes back to a reader unchanged, so that no cache answers the same wait with
/// the same nothing for ever.
struct DurableCursor: Hashable, Sendable, CustomStringConvertible {
    private var value: Int64

    /// The length of a stretch, in seconds.
    private static let interval: Int64 = 20
    /// 2024-10-09T00:00:00Z in seconds since 1970, from which the protocol counts.
    private static let epoch: Int64 = 1_728_432_000
    /// How far a reader is sent on who has the current number already, in seconds, at most.
    private static let jitter: Int64 = 3600

    /// Makes the number for an answer.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - known: What the reader got last and sent back; nil when it sent nothing, and a text that is no number counts
    ///     as nothing.
    ///   - random: A number by chance.
    init(at now: Timestamp, after known: String?, random: UInt64) {
        value = DurableCursor.current(at: now)
        guard let known = known.flatMap({ Int64($0) }), known >= value, known < .max - DurableCursor.jitter
        else { return }
        let seconds = 1 + Int64(random % UInt64(DurableCursor.jitter))
        value = known + (seconds + DurableCursor.interval - 1) / DurableCursor.interval
    }

    /// Moves on with the time, and never back.
    mutating func move(to now: Timestamp) { value = max(value, DurableCursor.current(at: now)) }

    /// The decimal digits.
    var description: String { String(value) }

    private static func current(at now: Timestamp) -> Int64 {
        (now.microseconds / 1_000_000 - epoch) / interval
    }
}
