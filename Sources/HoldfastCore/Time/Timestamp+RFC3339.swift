extension Timestamp {
    /// RFC 3339 in UTC with six digits of the second, such as `2026-10-08T14:03:00.123456Z`.
    ///
    /// A moment outside of the years 0000 to 9999 is written as the nearest one inside.
    public var rfc3339: String {
        let held = min(max(self, Timestamp.writable.lowerBound), Timestamp.writable.upperBound)
        let (days, inDay) = Timestamp.split(held.microseconds, by: 86_400_000_000)
        let date = CivilDate(daysSince1970: days)
        let (seconds, fraction) = Timestamp.split(inDay, by: 1_000_000)
        return String(unsafeUninitializedCapacity: 27) { buffer in
            var index = 0
            func put(_ number: Int64, digits: Int, then mark: UInt8) {
                var rest = number
                for place in stride(from: index + digits - 1, through: index, by: -1) {
                    buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                buffer[index + digits] = mark
                index += digits + 1
            }
            put(date.year, digits: 4, then: UInt8(ascii: "-"))
            put(date.month, digits: 2, then: UInt8(ascii: "-"))
            put(date.day, digits: 2, then: UInt8(ascii: "T"))
            put(seconds / 3600, digits: 2, then: UInt8(ascii: ":"))
            put(seconds / 60 % 60, digits: 2, then: UInt8(ascii: ":"))
            put(seconds % 60, digits: 2, then: UInt8(ascii: "."))
            put(fraction, digits: 6, then: UInt8(ascii: "Z"))
            return index
        }
    }

    /// The years 0000 to 9999, which the text can hold.
    private static let writable = Timestamp(microseconds: -62_167_219_200_000_000)...Timestamp.distantFuture

    /// Reads RFC 3339 with any offset and up to nine digits of the second (cut to microseconds); nil for anything
    /// else, for days that do not exist and for years outside 0000 to 9999.
    ///
    /// A leap second (`:60`) is refused, because the number of microseconds since 1970 has no place for it.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2), hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day),
            let fraction = reader.skip(".") ? reader.fraction() : 0, let offset = reader.offsetMinutes(),
            reader.isAtEnd
        else { return nil }
        let seconds = ((date.daysSince1970 * 24 + hour) * 60 + minute - offset) * 60 + second
        let moment = Timestamp(microseconds: seconds * 1_000_000 + fraction)
        // An offset may lead out of the years that the text can hold.
        guard Timestamp.writable.contains(moment) else { return nil }
        self = moment
    }

    /// Divides so that the remainder is never negative.
    private static func split(_ value: Int64, by size: Int64) -> (quotient: Int64, remainder: Int64) {
        let remainder = value % size
        return remainder < 0 ? (value / size - 1, remainder + size) : (value / size, remainder)
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// The two conversions are Howard Hinnant's `days_from_civil` and `civil_from_days`
/// (https://howardhinnant.github.io/date_algorithms.html).
struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Checks that the day exists.
    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[Int(month) - 1] else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The first day of a month, from 1 to 12.
    init(firstOf month: Int64, year: Int64) {
        self.year = year
        self.month = month
        day = 1
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// Reads fixed-width digits from the front of some bytes.
private struct DigitReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func number(_ width: Int) -> Int64? {
        guard index + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for place in index..<index + width {
            guard let digit = digit(at: place) else { return nil }
            value = value * 10 + digit
        }
        index += width
        return value
    }

    mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: mark) else { return false }
        index += 1
        return true
    }

    /// One to nine digits as microseconds; those after the sixth are cut.
    mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digit(at: index) {
            if count < 6 { value = value * 10 + digit }
            count += 1
            index += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    /// `Z`, `+hh:mm` or `-hh:mm`.
    mutating func offsetMinutes() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }

    private func digit(at place: Int) -> Int64? {
        guard place < bytes.count, bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") else {
            return nil
        }
        return Int64(bytes[place] - UInt8(ascii: "0"))
    }
}
