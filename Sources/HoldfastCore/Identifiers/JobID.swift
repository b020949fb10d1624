/// Identifies a job: a UUID of version 7, so that ids rise with the time of enqueueing.
///
/// Its text is the lower-case canonical form of RFC 9562. The 12 bits after the milliseconds hold the fraction of
/// the millisecond (RFC 9562, section 6.2, method 3), so that ids of one process also rise within a millisecond.
public struct JobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first 8 bytes, most significant first: 48 bits of milliseconds, the version, 12 bits of fraction.
    public let high: UInt64
    /// The last 8 bytes: the variant and 62 random bits.
    public let low: UInt64

    /// Wraps the two halves of a UUID as they are.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes the id of a job enqueued at `time`, with 62 bits taken from `random`.
    public init(at time: Timestamp, random: UInt64) {
        let microseconds = UInt64(max(0, time.microseconds))
        let milliseconds = microseconds / 1000
        let fraction = (microseconds % 1000) * 4096 / 1000
        high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | fraction
        low = 0x8000_0000_0000_0000 | (random & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads the lower-case canonical form; nil for anything else.
    public init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ JobID(utf8: $0) }) else { return nil }
        self = id
    }

    /// Reads the bytes of the lower-case canonical form; nil for anything else.
    package init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var halves: (UInt64, UInt64) = (0, 0)
        var index = 0
        for byte in text {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard index < 36, let digit = Hexadecimal.value(ofLowerCase: byte) else { return nil }
                // The first half ends at the 18th character: 16 digits and two hyphens.
                if index < 18 {
                    halves.0 = halves.0 << 4 | UInt64(digit)
                } else {
                    halves.1 = halves.1 << 4 | UInt64(digit)
                }
            }
            index += 1
        }
        guard index == 36 else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// The lower-case canonical form: 36 characters.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for shift in stride(from: 60, through: 0, by: -4) {
                buffer[index] = Hexadecimal.digit(UInt8(truncatingIfNeeded: high >> UInt64(shift)) & 0xF)
                index += 1
                if index == 8 || index == 13 || index == 18 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
            }
            for shift in stride(from: 60, through: 0, by: -4) {
                buffer[index] = Hexadecimal.digit(UInt8(truncatingIfNeeded: low >> UInt64(shift)) & 0xF)
                index += 1
                if index == 23 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
            }
            return index
        }
    }

    /// Orders as the texts do: by time, then by the random part.
    public static func < (left: JobID, right: JobID) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

/// Hands out job ids that always rise, also within one microsecond and when the clock steps back.
public struct JobIDSequence: Sendable {
    private var last: JobID?

    /// Starts a sequence that has handed out nothing.
    public init() {}

    /// Makes the next id: from the time when it rises, else the last id plus a small random distance.
    public mutating func next(at time: Timestamp, random: UInt64) -> JobID {
        var id = JobID(at: time, random: random)
        if let last, id <= last {
            // 62 bits of room below the variant; a distance of at most 2^32 keeps ids unguessable and in order.
            let raised = (last.low & 0x3FFF_FFFF_FFFF_FFFF) + 1 + (random & 0xFFFF_FFFF)
            id =
                raised <= 0x3FFF_FFFF_FFFF_FFFF
                ? JobID(high: last.high, low: 0x8000_0000_0000_0000 | raised)
                : JobID(high: JobIDSequence.raised(last.high), low: id.low)
        }
        last = id
        return id
    }

    /// Adds one to the time part of a first half, carrying over the version bits.
    private static func raised(_ high: UInt64) -> UInt64 {
        high & 0xFFF == 0xFFF ? (high & ~0xFFFF) + 0x1_0000 | 0x7000 : high + 1
    }
}
