import HoldfastCore
import Testing

@Suite("Reading cron expressions")
struct CronParsingTests {
    /// From Thursday 2026-10-08T12:00Z on.
    @Test(arguments: [
        ("* * * * *", ["2026-10-08T12:01", "2026-10-08T12:02"]),
        ("*/20 * * * *", ["2026-10-08T12:20", "2026-10-08T12:40", "2026-10-08T13:00"]),
        (
            "5-20/5 13 * * *",
            [
                "2026-10-08T13:05", "2026-10-08T13:10", "2026-10-08T13:15", "2026-10-08T13:20",
                "2026-10-09T13:05",
            ]
        ),
        (
            "0,30 9-10 * * *",
            ["2026-10-09T09:00", "2026-10-09T09:30", "2026-10-09T10:00", "2026-10-09T10:30"]
        ),
        ("0 3 * * mon", ["2026-10-12T03:00", "2026-10-19T03:00"]),
        ("0 3 * * MON-fri", ["2026-10-09T03:00", "2026-10-12T03:00"]),
        (
            "0 3 * * fri-sun",
            ["2026-10-09T03:00", "2026-10-10T03:00", "2026-10-11T03:00", "2026-10-16T03:00"]
        ),
        ("0 3 * * 7", ["2026-10-11T03:00", "2026-10-18T03:00"]),
        ("0 3 * * 0", ["2026-10-11T03:00", "2026-10-18T03:00"]),
        ("0 3 * * 5-7", ["2026-10-09T03:00", "2026-10-10T03:00", "2026-10-11T03:00"]),
        ("0 3 * * */3", ["2026-10-10T03:00", "2026-10-11T03:00", "2026-10-14T03:00"]),
        ("0 0 1 jan,jul *", ["2027-01-01T00:00", "2027-07-01T00:00"]),
        ("0 0 31 * *", ["2026-10-31T00:00", "2026-12-31T00:00", "2027-01-31T00:00", "2027-03-31T00:00"]),
        ("0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        // Both day fields are given, so one of them is enough.
        ("0 0 13 * fri", ["2026-10-09T00:00", "2026-10-13T00:00", "2026-10-16T00:00"]),
        // One of them begins with a star, so both must fit.
        ("0 0 */13 * fri", ["2026-11-27T00:00", "2027-01-01T00:00"]),
        ("@hourly", ["2026-10-08T13:00", "2026-10-08T14:00"]),
        ("@daily", ["2026-10-09T00:00", "2026-10-10T00:00"]),
        ("@midnight", ["2026-10-09T00:00"]),
        ("@weekly", ["2026-10-11T00:00", "2026-10-18T00:00"]),
        ("@monthly", ["2026-11-01T00:00", "2026-12-01T00:00"]),
        ("@yearly", ["2027-01-01T00:00", "2028-01-01T00:00"]),
        ("@annually", ["2027-01-01T00:00"]),
    ])
    func `an expression comes at these times`(text: String, expected: [String]) throws {
        let start = try Timestamp.utc("2026-10-08T12:00")
        #expect(try CronExpression(text).next(expected.count, after: start, in: UTCRules()) == expected)
    }

    @Test func `white space between fields does not matter, and the text is kept`() throws {
        #expect(try CronExpression("  0 3\t*  * 1 ") == CronExpression("0 3 * * 1"))
        #expect(try CronExpression(" 0  3 * * 1").text == "0 3 * * 1")
        #expect(try CronExpression("@Daily").text == "@Daily")
    }

    @Test(arguments: [
        ("", "5 fields"), ("0 3 * *", "this one has 4"), ("0 0 3 * * *", "leave seconds"),
        ("0 3 * * * 2026 x y", "this one has 8"), ("@reboot", "@daily"), ("@every 5m", "an interval"),
        ("60 * * * *", "minute"), ("* 24 * * *", "from 0 to 23"), ("* * 0 * *", "day of month"),
        ("* * 32 * *", "from 1 to 31"), ("* * * 13 *", "jan to dec"), ("* * * * 8", "sun to sat"),
        ("* * * * monday", "sun to sat"), ("*/0 * * * *", "from 1 to 59"), ("*/90 * * * *", "an interval"),
        ("5/15 * * * *", "write 5-59/15"), ("22-2 * * * *", "write 22-59,0-2"), ("* * ? * *", "write *"),
        ("1,,2 * * * *", "minute"), ("1-2-3 * * * *", "two ends"), ("*/2/3 * * * *", "one slash"),
        ("-1 * * * *", "minute"), ("+1 * * * *", "minute"), ("1.5 * * * *", "minute"),
        ("L * * * *", "minute"),
        ("0 0 30 2 *", "never comes"), ("0 0 31 2,4,6,9,11 *", "never comes"),
    ])
    func `what cannot be read is refused with what to write`(text: String, advice: String) throws {
        let fault = #expect(throws: CronFault.self) { try CronExpression(text) }
        #expect(fault?.description.contains(advice) == true, "\(text): \(fault?.description ?? "")")
    }

    @Test func `a day that comes only in some leap years is found`() throws {
        // 29 February on a Sunday; the calendar leaves the leap day of 2100 out.
        let rare = try CronExpression("0 0 29 2 */7")
        let start = try Timestamp.utc("2026-01-01T00:00")
        #expect(
            rare.next(3, after: start, in: UTCRules()) == [
                "2032-02-29T00:00", "2060-02-29T00:00", "2088-02-29T00:00",
            ])
        let end = try Timestamp.utc("2088-03-01T00:00")
        #expect(rare.next(1, after: end, in: UTCRules()) == ["2128-02-29T00:00"])
    }

    @Test func `after the year 9999 nothing comes`() throws {
        let last = try CronExpression("59 23 31 12 *")
        let end = try Timestamp.utc("9999-12-31T23:58")
        #expect(last.next(2, after: end, in: UTCRules()) == ["9999-12-31T23:59"])
    }
}
