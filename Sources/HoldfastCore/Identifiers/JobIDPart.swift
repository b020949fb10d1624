/// A part of a job's id by which people name the job: digits from its start or its end.
///
/// The start of an id is its time, so jobs of one minute share it; the end is random, and six digits of it are enough.
public struct JobIDPart: Hashable, Sendable, CustomStringConvertible {
    /// The fewest digits of a part.
    public static let minimumDigits = 6

    private static let digitCount = 32

    /// The digits in lower case, without hyphens.
    public let text: String
    private let digits: [UInt8]

    /// Reads 6 to 32 hexadecimal digits, hyphens left out of account; nil for anything else.
    public init?(_ text: String) {
        let characters = text.lowercased().utf8.filter { $0 != UInt8(ascii: "-") }
        let digits = characters.compactMap(Hexadecimal.value(ofLowerCase:))
        guard digits.count == characters.count,
            (Self.minimumDigits...Self.digitCount).contains(digits.count)
        else { return nil }
        self.text = String(decoding: characters, as: UTF8.self)
        self.digits = digits
    }

    /// The digits.
    public var description: String { text }

    /// The job, where the part is a whole id.
    public var whole: JobID? { digits.count == Self.digitCount ? lowest : nil }

    /// The lowest id that begins with the digits.
    public var lowest: JobID { Self.id(filling: digits, with: 0) }

    /// The highest id that begins with the digits.
    public var highest: JobID { Self.id(filling: digits, with: 0xF) }

    /// Tells whether an id begins or ends with the digits.
    public func fits(_ job: JobID) -> Bool { (lowest...highest).contains(job) || isEnd(of: job) }

    /// Tells whether an id ends with the digits.
    public func isEnd(of job: JobID) -> Bool {
        var (high, low) = (job.high, job.low)
        for digit in digits.reversed() {
            guard UInt8(truncatingIfNeeded: low & 0xF) == digit else { return false }
            low = low >> 4 | (high & 0xF) << 60
            high >>= 4
        }
        return true
    }

    private static func id(filling digits: [UInt8], with filler: UInt8) -> JobID {
        let all = digits + Array(repeating: filler, count: digitCount - digits.count)
        let halves = [all.prefix(16), all.suffix(16)].map { $0.reduce(UInt64(0)) { $0 << 4 | UInt64($1) } }
        return JobID(high: halves[0], low: halves[1])
    }
}
