public import HoldfastCore

/// A stretch of positions whose events were deleted, with what the event behind it needs to prove its place in the chain.
public struct PrunedRange: Hashable, Sendable {
    /// The first position.
    public let first: EventLogPosition
    /// The last position.
    public let last: EventLogPosition
    /// The hash of the event that stood at the last one.
    public let lastHash: SHA256Sum

    /// Puts the values together.
    public init(first: EventLogPosition, last: EventLogPosition, lastHash: SHA256Sum) {
        self.first = first
        self.last = last
        self.lastHash = lastHash
    }

    /// The stretches that events leave behind which are deleted, in order.
    package static func ranges(of events: some Sequence<SealedEvent>) -> [PrunedRange] {
        var ranges: [PrunedRange] = []
        for sealed in events.sorted(by: { $0.event.position < $1.event.position }) {
            let position = sealed.event.position
            let isNext = ranges.last?.last.next == position
            let first = isNext ? ranges.removeLast().first : position
            ranges.append(PrunedRange(first: first, last: position, lastHash: sealed.seal.hash))
        }
        return ranges
    }
}

/// Sums stretches up, in order, for the event that tells of them.
///
/// A line is `first-last hash` with decimal positions, the hash in lower-case hexadecimal, and a line feed.
package struct RangeSum {
    private var stream = SHA256Stream()
    private var count = 0

    /// Begins with no stretches.
    package init() {}

    /// Takes the next one.
    package mutating func add(_ range: PrunedRange) {
        count += 1
        var line = "\(range.first)-\(range.last) \(range.lastHash.hexadecimal)\n"
        line.withUTF8 { stream.update(UnsafeRawBufferPointer($0)) }
    }

    /// What the event holds.
    package var seal: RangeSeal { RangeSeal(count: count, sha256: stream.sum().hexadecimal) }
}
