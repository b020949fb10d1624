/// How much something costs, in millionths of its unit, so that sums never drift.
///
/// It is from 0 to a million million units, inclusive. Its text is a decimal number without an exponent and without
/// zeros at its end, such as `0.0125` or `12`.
public struct CostAmount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The amount in millionths of the unit.
    public let micros: Int64

    /// The largest amount: a million million units.
    public static let maximum = CostAmount(unchecked: 1_000_000_000_000_000_000)
    /// Nothing.
    public static let zero = CostAmount(unchecked: 0)

    private init(unchecked micros: Int64) { self.micros = micros }

    /// Makes an amount of millionths; nil below 0 and above the maximum.
    public init?(micros: Int64) {
        guard (0...CostAmount.maximum.micros).contains(micros) else { return nil }
        self.micros = micros
    }

    /// Makes an amount of a floating-point number, rounded to the nearest millionth; nil below 0, above the maximum and
    /// for what is no number.
    public init?(_ value: Double) {
        guard value.isFinite, value >= 0, value <= 1e12 else { return nil }
        self.init(micros: Int64((value * 1e6).rounded()))
    }

    /// Reads a decimal number such as `5`, `5.00` or `0.0125`, exactly; nil when it is none, has more than six digits
    /// behind the point, or is out of bounds.
    public init?(decimal text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.count <= 13, parts.count <= 2 else { return nil }
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        guard parts.count == 1 || !fraction.isEmpty else { return nil }
        let significant = fraction.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 + 1 } ?? 0
        guard significant <= 6 else { return nil }
        // 13 whole digits and 6 behind the point are more than an Int64 holds, and less than this.
        var micros: UInt64 = 0
        for place in 0..<(whole.count + 6) {
            let digit: UInt8
            if place < whole.count {
                digit = whole[whole.index(whole.startIndex, offsetBy: place)]
            } else {
                let index = place - whole.count
                digit = index < fraction.count ? fraction[index] : UInt8(ascii: "0")
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            micros = micros * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        guard fraction.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        self.init(micros: Int64(clamping: micros))
    }

    /// The decimal number.
    public var description: String {
        let (whole, rest) = micros.quotientAndRemainder(dividingBy: 1_000_000)
        guard rest != 0 else { return String(whole) }
        let digits = Array(String(1_000_000 + rest).utf8.dropFirst())
        let end = digits.lastIndex { $0 != UInt8(ascii: "0") } ?? 0
        return "\(whole)." + String(decoding: digits[...end], as: UTF8.self)
    }

    /// The amount as a floating-point number, for display.
    public var value: Double { Double(micros) / 1e6 }

    /// Orders by size.
    public static func < (left: Self, right: Self) -> Bool { left.micros < right.micros }

    /// Adds up; what is more than the maximum is the maximum.
    public static func + (left: Self, right: Self) -> CostAmount {
        CostAmount(unchecked: min(maximum.micros, left.micros + right.micros))
    }
}

extension CostAmount: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// Makes an amount of whole units; a literal out of bounds is a mistake of the program and stops it.
    public init(integerLiteral value: Int64) {
        precondition(
            (0...1_000_000_000_000).contains(value), "an amount is from 0 to a million million units")
        micros = value * 1_000_000
    }

    /// Makes an amount of a decimal literal; one out of bounds is a mistake of the program and stops it.
    public init(floatLiteral value: Double) {
        precondition((0...1e12).contains(value), "an amount is from 0 to a million million units")
        micros = Int64((value * 1e6).rounded())
    }
}

/// Names what is counted, such as `usd` or `tokens`.
public struct CostUnit: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}
