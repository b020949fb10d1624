import HoldfastCore
import HoldfastStore
import NIOCore

/// Events of a selection that follow one another, encoded once for all who read them.
struct StreamStretch: Sendable {
    /// One of the events.
    struct Item: Sendable {
        /// Its place in the log.
        let position: EventLogPosition
        /// Where its bytes end, counted from the beginning of the stretch.
        let end: Int
        /// What it does to the life of its job.
        let change: LifeChange?
    }

    /// All of them, in order.
    private(set) var items: [Item]
    /// What is sent of them.
    private(set) var bytes: ByteBuffer
    /// The same compressed, shared by all copies.
    private(set) var deflated = DeflatedStretch()
    /// Every event of the selection up to this position is in the stretch or before it.
    var through: EventLogPosition

    /// Nothing, up to a position.
    init(emptyThrough position: EventLogPosition) {
        items = []
        bytes = ByteBuffer()
        through = position
    }

    /// Encodes events.
    ///
    /// - Parameters:
    ///   - events: The events, in order.
    ///   - position: Every event of the selection up to here is among them or before them.
    ///   - append: Appends what is sent of an event, which may be nothing.
    /// - Throws: What `append` throws.
    init(
        _ events: some Sequence<StoredEvent>, through position: EventLogPosition,
        append: (StoredEvent, inout [UInt8]) throws -> Void
    ) rethrows {
        var encoded: [UInt8] = []
        items = try events.map { event in
            try append(event, &encoded)
            return Item(
                position: event.position, end: encoded.count, change: LifeChange(ofKind: event.kind))
        }
        bytes = ByteBuffer(bytes: encoded)
        through = position
    }

    /// Whether there is no event.
    var isEmpty: Bool { items.isEmpty }

    /// The last event of which something is sent; nil when there is none.
    var lastShown: EventLogPosition? {
        items.indices.last { items[$0].end > ($0 > 0 ? items[$0 - 1].end : 0) }.map { items[$0].position }
    }

    /// The last thing that happened to the life of the job, if anything did.
    var change: LifeChange? { items.last { $0.change != nil }?.change }

    /// The part behind a position.
    func rest(after position: EventLogPosition) -> StreamStretch {
        let count = items.partitioningIndex { $0.position > position }
        return part(count..<items.count, through: through)
    }

    /// The first events, at most `count`.
    func prefix(_ count: Int) -> StreamStretch {
        guard count < items.count else { return self }
        return part(0..<count, through: count > 0 ? items[count - 1].position : .beginning)
    }

    /// Adds what comes behind.
    mutating func append(_ next: StreamStretch) {
        let offset = bytes.readableBytes
        items += next.items.map { Item(position: $0.position, end: $0.end + offset, change: $0.change) }
        bytes.writeImmutableBuffer(next.bytes)
        deflated = DeflatedStretch()
        through = next.through
    }

    private func part(_ range: Range<Int>, through position: EventLogPosition) -> StreamStretch {
        guard range != items.indices else { return self }
        let start = range.lowerBound > 0 ? items[range.lowerBound - 1].end : 0
        let end = range.isEmpty ? start : items[range.upperBound - 1].end
        var part = StreamStretch(emptyThrough: position)
        part.items = items[range].map {
            Item(position: $0.position, end: $0.end - start, change: $0.change)
        }
        part.bytes = bytes.getSlice(at: bytes.readerIndex + start, length: end - start) ?? ByteBuffer()
        return part
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index from which on a condition holds that, once it holds, holds to the end.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// What an event does to the life of its job.
enum LifeChange: Hashable, Sendable {
    /// The life is over.
    case ended(JobPhaseName)
    /// Another one has begun.
    case begunAgain

    init?(ofKind kind: String) {
        switch EventKind(rawValue: kind) {
        case .jobCompleted: self = .ended(.completed)
        case .jobFailed: self = .ended(.failed)
        case .jobCancelled: self = .ended(.cancelled)
        case .jobRetried: self = .begunAgain
        default: return nil
        }
    }
}
