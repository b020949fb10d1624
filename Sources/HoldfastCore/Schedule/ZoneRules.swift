/// Gives the offset of one time zone at any moment.
///
/// The core knows no zones: whoever calls it brings the rules, from wherever they are kept.
public protocol ZoneRules: Sendable {
    /// The seconds that clocks of the zone are ahead of UTC at a moment, negative to the west.
    func secondsFromUTC(at moment: Timestamp) -> Int
}

/// Follows UTC, which has one offset for ever.
public struct UTCRules: ZoneRules {
    /// Makes the rules.
    public init() {}

    /// Zero, at every moment.
    public func secondsFromUTC(at moment: Timestamp) -> Int { 0 }
}

/// A piece of time in which a zone has one offset.
///
/// All three are in seconds; the bounds are since 1970 in UTC.
struct ZoneSpan: Hashable {
    /// The first second.
    let start: Int64
    /// The first second of the next piece.
    var end: Int64
    /// How far local time is ahead.
    let offset: Int64

    /// Whether a second of UTC lies in it.
    func contains(_ second: Int64) -> Bool { (start..<end).contains(second) }
}

extension ZoneRules {
    func offset(at second: Int64) -> Int64 {
        Int64(secondsFromUTC(at: Timestamp(microseconds: second * 1_000_000)))
    }

    /// The pieces of a stretch of two or three days, in order.
    ///
    /// One piece when both ends have the same offset: no zone ever went there and back within days.
    func spans(from start: Int64, to end: Int64) -> [ZoneSpan] {
        var spans = [ZoneSpan(start: start, end: end, offset: offset(at: start))]
        guard offset(at: end) != spans[0].offset else { return spans }
        var second = start
        while second < end {
            let next = min(second + 3600, end)
            let offset = offset(at: next)
            let current = spans.count - 1
            if offset != spans[current].offset {
                let change = firstSecond(of: offset, after: second, until: next)
                spans[current].end = change
                spans.append(ZoneSpan(start: change, end: end, offset: offset))
            }
            second = next
        }
        return spans
    }

    /// Where an offset begins that the second `low` does not have and `high` has.
    private func firstSecond(of offset: Int64, after low: Int64, until high: Int64) -> Int64 {
        var (low, high) = (low, high)
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.offset(at: middle) == offset { high = middle } else { low = middle }
        }
        return high
    }
}
