// When an expression comes next, in a zone whose clocks may be changed.
extension CronExpression {
    /// The earliest moment after `moment` that fits; nil when there is none before the year 10000.
    ///
    /// Where clocks are set forward, times that are skipped come once, at the moment of the change; where they are set
    /// back, times that stand twice come the first time only. An expression that repeats by elapsed time
    /// (`repeatsByElapsedTime`) looks at every minute that really passes instead: of skipped minutes nothing comes,
    /// and repeated ones come twice.
    public func next(after moment: Timestamp, in zone: some ZoneRules) -> Timestamp? {
        let limit = CronExpression.floor(moment.microseconds, by: 1_000_000)
        let today = CronExpression.floor(limit + zone.offset(at: limit), by: 86_400)
        // What was skipped yesterday may come today, and yesterday may go on after it was today.
        var day = today - 1
        let last = min(day + CronExpression.calendarDays, CronExpression.lastDay)
        while day <= last {
            let date = CivilDate(daysSince1970: day)
            guard months.contains(date.month) else {
                day = CronExpression.firstDayOfNextMonth(date)
                continue
            }
            if matches(date, day: day), let found = first(after: limit, onDay: day, in: zone) {
                let other = matches(day: day + 1) ? first(after: limit, onDay: day + 1, in: zone) : nil
                return Timestamp(microseconds: min(found, other ?? found) * 1_000_000)
            }
            day += 1
        }
        return nil
    }

    /// The earliest second of UTC after `limit` that comes of a day's times.
    private func first(after limit: Int64, onDay day: Int64, in zone: some ZoneRules) -> Int64? {
        let midnight = day * 86_400
        // No zone is further than 16 hours from UTC, so the whole local day lies in between.
        let spans = zone.spans(from: midnight - 57_600, to: midnight + 86_400 + 57_600)
        guard spans.count > 1 else {
            let shift = midnight - spans[0].offset
            return hours.first { hour in
                minutes.first { minute in
                    let second = shift + hour * 3600 + minute * 60
                    return second > limit ? second : nil
                }
            }
        }
        var earliest: Int64?
        _ = hours.first { hour -> Bool? in
            minutes.first { minute -> Bool? in
                for second in seconds(of: midnight + hour * 3600 + minute * 60, in: spans)
                where second > limit { earliest = min(earliest ?? second, second) }
                return nil
            }
        }
        return earliest
    }

    /// The seconds of UTC that a local time stands for: one; two or the place of the gap where clocks are changed.
    private func seconds(of local: Int64, in spans: [ZoneSpan]) -> [Int64] {
        let real = spans.filter { $0.contains(local - $0.offset) }.map { local - $0.offset }
        if repeatsByElapsedTime { return real }
        if let first = real.first { return [first] }
        // It was skipped: the gap lies where both pieces meet.
        for (before, after) in zip(spans, spans.dropFirst())
        where before.end + before.offset <= local && local < after.start + after.offset {
            return [after.start]
        }
        return []
    }

    private static let lastDay = floor(Timestamp.distantFuture.microseconds, by: 86_400_000_000)

    private static func firstDayOfNextMonth(_ date: CivilDate) -> Int64 {
        let (year, month) = date.month == 12 ? (date.year + 1, 1) : (date.year, date.month + 1)
        return CivilDate(firstOf: month, year: year).daysSince1970
    }

    private static func floor(_ value: Int64, by size: Int64) -> Int64 {
        value / size - (value % size < 0 ? 1 : 0)
    }
}
