import Foundation
import HoldfastCore
import Testing

/// Times as text, both ways.
struct RFC3339Tests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000000Z", 0), ("1970-01-01T00:00:00.000001Z", 1),
            ("1969-12-31T23:59:59.999999Z", -1), ("1969-12-31T00:00:00.000000Z", -86_400_000_000),
            ("2026-10-08T14:03:00.123456Z", 1_791_468_180_123_456),
            ("2000-02-29T12:00:00.000000Z", 951_825_600_000_000),
            ("2001-09-09T01:46:40.000000Z", 1_000_000_000_000_000),
            ("2038-01-19T03:14:08.000000Z", 2_147_483_648_000_000),
            ("1900-03-01T00:00:00.000000Z", -2_203_891_200_000_000),
            ("0000-01-01T00:00:00.000000Z", -62_167_219_200_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func `a moment is written and read as the same text`(text: String, microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        ("2026-10-08T14:03:00Z", "2026-10-08T14:03:00.000000Z"),
        ("2026-10-08T14:03:00.5Z", "2026-10-08T14:03:00.500000Z"),
        ("2026-10-08T14:03:00.123456789Z", "2026-10-08T14:03:00.123456Z"),
        ("2026-10-08T14:03:00.999999999Z", "2026-10-08T14:03:00.999999Z"),
        ("2026-10-08t14:03:00z", "2026-10-08T14:03:00.000000Z"),
        ("2026-10-08 14:03:00Z", "2026-10-08T14:03:00.000000Z"),
        ("2026-10-08T14:03:00+00:00", "2026-10-08T14:03:00.000000Z"),
        ("2026-10-08T14:03:00-00:00", "2026-10-08T14:03:00.000000Z"),
        ("2026-10-08T14:03:00+02:00", "2026-10-08T12:03:00.000000Z"),
        ("2026-10-08T14:03:00.25-09:30", "2026-10-08T23:33:00.250000Z"),
        ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000000Z"),
        ("2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00.000000Z"),
        ("2026-10-08T14:03:00+23:59", "2026-10-07T14:04:00.000000Z"),
        ("0000-01-01T00:00:00-00:01", "0000-01-01T00:01:00.000000Z"),
        ("9999-12-31T23:59:59+00:01", "9999-12-31T23:58:59.000000Z"),
    ])
    func `offsets, fractions and letters of either case are read`(text: String, expected: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == expected)
    }

    @Test(arguments: [
        "", "now", "2026-10-08", "14:03:00Z", "2026-10-08T14:03Z", "2026-10-08T14:03:00", "20261008T140300Z",
        "2026-10-08T14:03:00Z ", " 2026-10-08T14:03:00Z", "2026-10-08T14:03:00ZZ", "2026-10-08T14:03:00Z\n",
        "2026-10-08_14:03:00Z", "2026-10-08T14:03:00.Z", "2026-10-08T14:03:00,5Z",
        "2026-10-08T14:03:00.1234567890Z",
        "2026-10-08T14:03:00.-5Z", "2026-1-8T14:03:00Z", "+2026-10-08T14:03:00Z", "-2026-10-08T14:03:00Z",
        "12026-10-08T14:03:00Z", "2026/10/08T14:03:00Z", "٢٠٢٦-10-08T14:03:00Z", "2026-10-08T1４:03:00Z",
        "2026-10-08T14:03:00+2", "2026-10-08T14:03:00+0200", "2026-10-08T14:03:00+02",
        "2026-10-08T14:03:00+24:00",
        "2026-10-08T14:03:00+02:60", "2026-10-08T14:03:00 +02:00", "2026-10-08T14:03:00UTC",
    ])
    func `a text of another form is no time`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        "2026-00-08T14:03:00Z", "2026-13-08T14:03:00Z", "2026-10-00T14:03:00Z", "2026-10-32T14:03:00Z",
        "2026-04-31T14:03:00Z", "2026-02-29T14:03:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2024-02-30T00:00:00Z", "2026-10-08T24:00:00Z", "2026-10-08T14:60:00Z", "2026-10-08T14:03:60Z",
        "2016-12-31T23:59:60Z",
    ])
    func `a day or a time that does not exist is no time`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "0000-02-29T00:00:00Z", "2400-02-29T00:00:00Z",
    ])
    func `the 29th of February exists in leap years`(text: String) {
        #expect(Timestamp(rfc3339: text) != nil)
    }

    @Test(arguments: [
        "0000-01-01T00:00:00+00:01", "0000-01-01T12:00:00+23:59", "9999-12-31T23:59:59-00:01",
        "9999-12-31T12:00:00-23:59",
    ])
    func `an offset does not lead out of the years 0000 to 9999`(text: String) {
        #expect(Timestamp(rfc3339: text)?.microseconds == nil)
    }

    // In a process of its own, because a trap would take the other tests down.
    @Test func `a moment outside of the years that the text has does not trap`() async {
        await #expect(processExitsWith: .success) {
            for microseconds in [Int64.min, -62_167_219_200_000_001, 253_402_300_800_000_000, .max] {
                #expect(Timestamp(microseconds: microseconds).rfc3339.utf8.count >= 27)
            }
        }
    }

    /// Counts the days from year 0 on its own, without the conversion under test.
    @Test func `ten thousand years have the days that the calendar says`() {
        var days: Int64 = -719_528
        for year in 0...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated()
            {
                let month = "\(padded(year, 4))-\(padded(index + 1, 2))"
                // February and December of each year show every mistake in years; a decade shows those in months.
                if index == 1 || index == 11 || (1996...2005).contains(year) {
                    guard isMonth(month, from: days, days: Int64(length)) else {
                        Issue.record("\(month) should have \(length) days from day \(days)")
                        return
                    }
                }
                days += Int64(length)
            }
        }
        #expect(days * 86_400_000_000 - 1 == Timestamp.distantFuture.microseconds)
    }

    private func isMonth(_ month: String, from day: Int64, days: Int64) -> Bool {
        let first = Timestamp(microseconds: day * 86_400_000_000)
        let last = Timestamp(microseconds: (day + days) * 86_400_000_000 - 1)
        return first.rfc3339 == "\(month)-01T00:00:00.000000Z" && Timestamp(rfc3339: first.rfc3339) == first
            && last.rfc3339 == "\(month)-\(days)T23:59:59.999999Z" && Timestamp(rfc3339: last.rfc3339) == last
    }

    @Test func `texts agree with Foundation's and survive the way back`() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false, timeZone: .gmt)
        Property.holds(from: 51_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            // From 1600, because before it Foundation's calendar is the Julian one.
            let seconds = Int64.random(in: -11_676_096_000...253_402_300_799, using: &generator)
            let fraction = Int64.random(in: 0...999_999, using: &generator)
            let time = Timestamp(microseconds: seconds * 1_000_000 + fraction)
            let whole = style.format(Date(timeIntervalSince1970: TimeInterval(seconds)))
            try demand(time.rfc3339.hasPrefix(whole.dropLast()), "\(time) is \(whole)")
            try demand(Timestamp(rfc3339: time.rfc3339) == time, "\(time)")
        }
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: width - digits.count) + digits
    }
}
