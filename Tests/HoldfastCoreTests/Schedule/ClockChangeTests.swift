import HoldfastCore
import Testing

/// What `Schedules.md` documents about days on which clocks are changed.
@Suite("Cron where clocks are changed")
struct ClockChangeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let zone: String
        let expression: String
        let start: String
        let expected: [String]

        init(_ zone: String, _ expression: String, after start: String, _ expected: String...) {
            self.zone = zone
            self.expression = expression
            self.start = start
            self.expected = expected
        }

        var testDescription: String { "\(zone) \(expression) after \(start)" }
    }

    private static let berlin = "Europe/Berlin"
    private static let newYork = "America/New_York"
    private static let lordHowe = "Australia/Lord_Howe"

    /// The rows of days on which clocks are set forward.
    ///
    /// 2026-03-29T01:00Z: 02:00 becomes 03:00. 2026-03-08T07:00Z: 02:00 becomes 03:00. 2026-10-03T15:30Z: 02:00
    /// becomes 02:30.
    static let forward = [
        Row(
            berlin, "30 2 * * *", after: "2026-03-28T00:00", "2026-03-28T01:30", "2026-03-29T01:00",
            "2026-03-30T00:30"),
        Row(berlin, "0 2 * * *", after: "2026-03-28T12:00", "2026-03-29T01:00", "2026-03-30T00:00"),
        Row(berlin, "59 2 * * *", after: "2026-03-28T12:00", "2026-03-29T01:00", "2026-03-30T00:59"),
        Row(
            berlin, "0 3 * * *", after: "2026-03-28T00:00", "2026-03-28T02:00", "2026-03-29T01:00",
            "2026-03-30T01:00"),
        Row(berlin, "59 1 * * *", after: "2026-03-28T12:00", "2026-03-29T00:59", "2026-03-29T23:59"),
        Row(
            berlin, "15,45 2 * * *", after: "2026-03-28T12:00", "2026-03-29T01:00", "2026-03-30T00:15",
            "2026-03-30T00:45"),
        Row(berlin, "30 2 29 3 *", after: "2026-01-01T00:00", "2026-03-29T01:00", "2027-03-29T00:30"),
        Row(berlin, "0 0 * * *", after: "2026-03-28T12:00", "2026-03-28T23:00", "2026-03-29T22:00"),
        Row(
            berlin, "30 * * * *", after: "2026-03-29T00:00", "2026-03-29T00:30", "2026-03-29T01:30",
            "2026-03-29T02:30"),
        Row(
            berlin, "*/30 * * * *", after: "2026-03-29T00:15", "2026-03-29T00:30", "2026-03-29T01:00",
            "2026-03-29T01:30"),
        Row(berlin, "*/15 2 * * *", after: "2026-03-28T12:00", "2026-03-30T00:00", "2026-03-30T00:15"),
        Row(newYork, "30 2 * * *", after: "2026-03-07T12:00", "2026-03-08T07:00", "2026-03-09T06:30"),
        Row(newYork, "30 2 * * sun", after: "2026-03-07T12:00", "2026-03-08T07:00", "2026-03-15T06:30"),
        Row(newYork, "0 3 * * *", after: "2026-03-07T12:00", "2026-03-08T07:00", "2026-03-09T07:00"),
        Row(
            newYork, "0 * * * *", after: "2026-03-08T05:30", "2026-03-08T06:00", "2026-03-08T07:00",
            "2026-03-08T08:00"),
        Row(
            newYork, "0 */2 * * *", after: "2026-03-08T04:00", "2026-03-08T05:00", "2026-03-08T08:00",
            "2026-03-08T10:00"),
        Row(lordHowe, "15 2 * * *", after: "2026-10-03T00:00", "2026-10-03T15:30", "2026-10-04T15:15"),
        Row(lordHowe, "45 2 * * *", after: "2026-10-03T00:00", "2026-10-03T15:45", "2026-10-04T15:45"),
        Row(lordHowe, "*/30 * * * *", after: "2026-10-03T15:00", "2026-10-03T15:30", "2026-10-03T16:00"),
        // Here midnight itself is skipped.
        Row("Africa/Cairo", "0 0 * * *", after: "2026-04-23T00:00", "2026-04-23T22:00", "2026-04-24T21:00"),
        // Here a whole day was.
        Row("Pacific/Apia", "0 12 * * *", after: "2011-12-29T23:00", "2011-12-30T10:00", "2011-12-30T22:00"),
    ]

    /// The rows of days on which clocks are set back.
    ///
    /// 2026-10-25T01:00Z: 03:00 becomes 02:00. 2026-11-01T06:00Z: 02:00 becomes 01:00. 2026-04-04T15:00Z: 02:00
    /// becomes 01:30.
    static let back = [
        Row(berlin, "30 2 * * *", after: "2026-10-24T12:00", "2026-10-25T00:30", "2026-10-26T01:30"),
        Row(berlin, "0 2 * * *", after: "2026-10-24T12:00", "2026-10-25T00:00", "2026-10-26T01:00"),
        Row(berlin, "59 2 * * *", after: "2026-10-24T12:00", "2026-10-25T00:59", "2026-10-26T01:59"),
        Row(berlin, "0 3 * * *", after: "2026-10-24T12:00", "2026-10-25T02:00", "2026-10-26T02:00"),
        Row(berlin, "30 2 * * *", after: "2026-10-25T00:45", "2026-10-26T01:30"),
        Row(
            berlin, "30 * * * *", after: "2026-10-24T23:45", "2026-10-25T00:30", "2026-10-25T01:30",
            "2026-10-25T02:30"),
        Row(
            berlin, "*/30 2 * * *", after: "2026-10-24T12:00", "2026-10-25T00:00", "2026-10-25T00:30",
            "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-26T01:00"),
        Row(newYork, "30 1 * * *", after: "2026-10-31T12:00", "2026-11-01T05:30", "2026-11-02T06:30"),
        Row(newYork, "0 2 * * *", after: "2026-10-31T12:00", "2026-11-01T07:00", "2026-11-02T07:00"),
        Row(newYork, "0 1 1 11 *", after: "2026-01-01T00:00", "2026-11-01T05:00", "2027-11-01T05:00"),
        Row(
            newYork, "0 * * * *", after: "2026-11-01T04:30", "2026-11-01T05:00", "2026-11-01T06:00",
            "2026-11-01T07:00"),
        Row(lordHowe, "45 1 * * *", after: "2026-04-04T00:00", "2026-04-04T14:45", "2026-04-05T15:15"),
        Row(
            lordHowe, "*/15 1 * * *", after: "2026-04-04T14:20", "2026-04-04T14:30", "2026-04-04T14:45",
            "2026-04-04T15:00", "2026-04-04T15:15", "2026-04-05T14:30"),
        // Here the day before goes on after midnight was struck: at 00:01 it became 23:01.
        Row(
            "America/St_Johns", "30 * * * *", after: "2010-11-07T01:45", "2010-11-07T02:00",
            "2010-11-07T03:00", "2010-11-07T04:00"),
    ]

    @Test(arguments: forward)
    func `a time that is skipped comes once, when clocks are set forward`(row: Row) throws { try check(row) }

    @Test(arguments: back)
    func `a time that stands twice comes the first time, unless it repeats by elapsed time`(row: Row) throws {
        try check(row)
    }

    private func check(_ row: Row) throws {
        let next = try CronExpression(row.expression).next(
            row.expected.count, after: try .utc(row.start), in: try TestZone(row.zone))
        #expect(next == row.expected)
    }
}
