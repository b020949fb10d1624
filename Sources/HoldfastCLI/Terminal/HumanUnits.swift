/// Writes durations, sizes, counts and rates for people, the same in every locale.
///
/// Values are rounded down, so that nothing shows as finished, full or over before it is.
enum HumanUnits {
    /// Returns a duration given in microseconds: `340 us`, `1.2 ms`, `1.2 s`, `3 min 04 s`, `2 h 05
    /// min`, `2 d 4 h`.
    static func duration(microseconds: Int64) -> String {
        let sign = microseconds < 0 ? "-" : ""
        let value = microseconds.magnitude
        let seconds = value / 1_000_000
        switch value {
        case ..<1_000: return "\(sign)\(value) us"
        case ..<10_000: return "\(sign)\(tenths(value / 100)) ms"
        case ..<1_000_000: return "\(sign)\(value / 1_000) ms"
        case ..<10_000_000: return "\(sign)\(tenths(value / 100_000)) s"
        case ..<60_000_000: return "\(sign)\(seconds) s"
        case ..<3_600_000_000: return "\(sign)\(seconds / 60) min \(twoDigits(seconds % 60)) s"
        case ..<86_400_000_000: return "\(sign)\(seconds / 3_600) h \(twoDigits(seconds / 60 % 60)) min"
        default: return "\(sign)\(grouped(seconds / 86_400)) d \(seconds / 3_600 % 24) h"
        }
    }

    /// Returns a size given in bytes with binary units: `512 B`, `1.5 KiB`, `12 MiB`.
    static func bytes(_ count: Int64) -> String {
        let sign = count < 0 ? "-" : ""
        let value = count.magnitude
        guard value >= 1_024 else { return "\(sign)\(value) B" }
        var unit: UInt64 = 1_024
        var names = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][...]
        while value / unit >= 1_024, names.count > 1 {
            unit *= 1_024
            names = names.dropFirst()
        }
        let whole = value / unit
        let number = whole < 10 ? "\(whole).\(value % unit * 10 / unit)" : "\(whole)"
        return "\(sign)\(number) \(names.first ?? "EiB")"
    }

    /// Returns a whole number with its thousands set apart: `1,234,567`.
    static func count(_ value: Int64) -> String {
        (value < 0 ? "-" : "") + grouped(value.magnitude)
    }

    /// Returns how many there are of something: `1 job`, `1,234 jobs`.
    ///
    /// - Parameters:
    ///   - value: How many.
    ///   - thing: One of them.
    ///   - things: Several of them; nil where that is one with an s.
    /// - Returns: The number and the word that goes with it.
    static func count(_ value: some BinaryInteger, _ thing: String, _ things: String? = nil) -> String {
        "\(count(Int64(value))) \(value == 1 ? thing : things ?? thing + "s")"
    }

    /// Returns a rate: `1,234/s`, `12.3 files/s`, and `4.0/min` or `1.5/h` for slow ones.
    ///
    /// - Parameters:
    ///   - perSecond: Things per second. What is negative, infinite or not a number gives `-`.
    ///   - unit: The plural name of the things, or the empty text.
    /// - Returns: The rate in the unit of time that gives a readable number.
    static func rate(perSecond: Double, unit: String = "") -> String {
        guard perSecond.isFinite, perSecond >= 0 else { return "-" }
        let name = unit.isEmpty ? "" : " \(unit)"
        switch perSecond {
        case 0: return "0\(name)/s"
        case ..<(1.0 / 600): return "\(decimal(perSecond * 3_600))\(name)/h"
        case ..<0.1: return "\(decimal(perSecond * 60))\(name)/min"
        case ..<100: return "\(decimal(perSecond))\(name)/s"
        default: return "\(count(Int64(min(perSecond, 1e15))))\(name)/s"
        }
    }

    /// Returns a fraction as a percentage without decimals: `42 %`; below 0 counts as 0, above 1 as
    /// 1.
    ///
    /// 100 % is shown only for a fraction of 1. What is not a number gives `-`.
    static func percent(_ fraction: Double) -> String {
        guard !fraction.isNaN else { return "-" }
        return "\(Int((min(max(fraction, 0), 1) * 100).rounded(.down))) %"
    }

    /// Returns a number below 100 in two digits: `04`.
    static func twoDigits(_ value: some BinaryInteger) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }

    private static func tenths(_ value: UInt64) -> String {
        "\(value / 10).\(value % 10)"
    }

    private static func decimal(_ value: Double) -> String {
        tenths(UInt64((value * 10).rounded(.down)))
    }

    private static func grouped(_ value: UInt64) -> String {
        var digits = Array(String(value))
        var position = digits.count - 3
        while position > 0 {
            digits.insert(",", at: position)
            position -= 3
        }
        return String(digits)
    }
}
