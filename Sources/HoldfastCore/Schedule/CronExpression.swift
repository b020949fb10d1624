/// Says at which minutes something happens, in five fields as cron reads them.
///
/// The fields are minute, hour, day of the month, month and day of the week. Each is `*` or a list of numbers, ranges and
/// steps (`0,30`, `9-17`, `*/15`, `9-17/2`); months and days of the week have names (`jan`, `mon`), and Sunday is 0
/// and 7. When neither day field begins with `*`, a day fits if one of them does; else both must fit.
public struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    /// The expression as it was given, with one space between its fields.
    public let text: String
    let minutes: CronSet
    let hours: CronSet
    let daysOfMonth: CronSet
    let months: CronSet
    let daysOfWeek: CronSet
    /// Whether a day fits when one of the day fields does.
    let takesEitherDay: Bool
    /// Whether it repeats by elapsed time: the minute or the hour begins with `*`.
    ///
    /// Such an expression looks at every minute that passes. Any other names times of the clock on the wall, and each
    /// of them counts once a day also when clocks are changed.
    public let repeatsByElapsedTime: Bool

    /// Reads an expression, or one of `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`.
    ///
    /// - Throws: `CronFault`, which says what to write instead; also for days that never come, such as 30 February.
    public init(_ text: String) throws(CronFault) {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        self.text = words.joined(separator: " ")
        let fields = try CronExpression.fields(words)
        minutes = try CronField.minute.read(fields[0])
        hours = try CronField.hour.read(fields[1])
        daysOfMonth = try CronField.dayOfMonth.read(fields[2])
        months = try CronField.month.read(fields[3])
        daysOfWeek = try CronField.dayOfWeek.read(fields[4])
        takesEitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        repeatsByElapsedTime = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
        guard hasAnyDay else { throw .neverFires(self.text) }
    }

    /// The expression as it was given.
    public var description: String { text }

    /// Tells whether a day fits, counted from 1970-01-01.
    func matches(day: Int64) -> Bool {
        let date = CivilDate(daysSince1970: day)
        return months.contains(date.month) && matches(date, day: day)
    }

    func matches(_ date: CivilDate, day: Int64) -> Bool {
        let fitsMonth = daysOfMonth.contains(date.day)
        // 1970-01-01 was a Thursday.
        let fitsWeek = daysOfWeek.contains(((day + 4) % 7 + 7) % 7)
        return takesEitherDay ? fitsMonth || fitsWeek : fitsMonth && fitsWeek
    }

    /// Whether some day fits within the 400 years after which the calendar repeats.
    private var hasAnyDay: Bool {
        let start: Int64 = 10_957
        return (start..<start + CronExpression.calendarDays).contains { matches(day: $0) }
    }

    /// The days of the 400 years after which the calendar repeats.
    static let calendarDays: Int64 = 146_097
}

/// The numbers of a field, from 0 to 59.
struct CronSet: Hashable, Sendable {
    private(set) var bits: UInt64 = 0

    mutating func insert(_ number: Int) { bits |= 1 << UInt64(number) }

    mutating func formUnion(_ other: CronSet) { bits |= other.bits }

    func contains(_ number: Int64) -> Bool { bits >> UInt64(number) & 1 == 1 }

    /// Calls a body with the numbers in ascending order until it gives something.
    func first<Found>(_ body: (Int64) -> Found?) -> Found? {
        var rest = bits
        while rest != 0 {
            if let found = body(Int64(rest.trailingZeroBitCount)) { return found }
            rest &= rest - 1
        }
        return nil
    }
}
