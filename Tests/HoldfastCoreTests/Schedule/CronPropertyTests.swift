import HoldfastCore
import Testing

@Suite("Properties of cron")
struct CronPropertyTests {
    /// Fields as plain sets, so that they are checked in another way than they are read.
    private struct Fields {
        let minutes: [Int], hours: [Int], days: [Int], months: [Int], weekdays: [Int]
        let text: String

        init(_ random: inout SplitMix64) {
            func some(_ bounds: ClosedRange<Int>, _ random: inout SplitMix64, all: Int) -> [Int] {
                if random.chance(all) { return Array(bounds) }
                return Array(Set((0..<random.number(1...4)).map { _ in random.number(bounds) })).sorted()
            }
            func list(_ numbers: [Int], of bounds: ClosedRange<Int>) -> String {
                numbers.count == bounds.count ? "*" : numbers.map(String.init).joined(separator: ",")
            }
            minutes = some(0...59, &random, all: 20)
            hours = some(0...23, &random, all: 50)
            days = some(1...31, &random, all: 60)
            months = some(1...12, &random, all: 70)
            weekdays = some(0...6, &random, all: 60)
            text = [
                list(minutes, of: 0...59), list(hours, of: 0...23), list(days, of: 1...31),
                list(months, of: 1...12), list(weekdays, of: 0...6),
            ].joined(separator: " ")
        }

        /// Whether a minute of UTC fits, read from its RFC 3339 text.
        func fit(_ moment: Timestamp, shiftedBy seconds: Int) -> Bool {
            let local = moment + .seconds(seconds)
            let text = local.rfc3339
            func number(_ start: Int, _ count: Int) -> Int {
                Int(text.dropFirst(start).prefix(count)) ?? -1
            }
            let weekday = (Int(local.microseconds / 86_400_000_000) + 4) % 7
            guard minutes.contains(number(14, 2)), hours.contains(number(11, 2)),
                months.contains(number(5, 2))
            else { return false }
            let (fitsDay, fitsWeek) = (days.contains(number(8, 2)), weekdays.contains(weekday))
            return days.count < 31 && weekdays.count < 7 ? fitsDay || fitsWeek : fitsDay && fitsWeek
        }
    }

    private static let minute = Duration.seconds(60)

    @Test func `in UTC the next moment is the first minute that fits`() {
        Property.holds(from: 81_000, cases: 50) { seed in
            var random = SplitMix64(seed: seed)
            let fields = Fields(&random)
            guard let expression = try? CronExpression(fields.text) else { return }
            let start = Timestamp(
                microseconds: Int64(random.number(1_700_000_000...1_900_000_000)) * 1_000_000)
            let next = try #require(expression.next(after: start, in: UTCRules()))
            #expect(next > start)
            var minute = Timestamp(microseconds: start.microseconds / 60_000_000 * 60_000_000) + Self.minute
            let end = min(next, start + .seconds(3 * 86_400))
            while minute < end {
                if fields.fit(minute, shiftedBy: 0) { Issue.record("\(fields.text) leaves \(minute) out") }
                minute = minute + Self.minute
            }
            #expect(fields.fit(next, shiftedBy: 0), "\(fields.text) does not fit \(next)")
        }
    }

    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
    func `by elapsed time every minute that fits comes, whatever clocks do`(name: String) throws {
        let zone = try TestZone(name)
        let changes = [
            "2026-03-28T12:00", "2026-10-24T12:00", "2026-03-07T20:00", "2026-10-31T20:00",
            "2026-04-04T06:00", "2026-10-03T06:00",
        ]
        Property.holds(from: 82_000, cases: 6) { seed in
            var random = SplitMix64(seed: seed)
            let fields = Fields(&random)
            guard let expression = try? CronExpression(fields.text), expression.repeatsByElapsedTime else {
                return
            }
            for change in changes {
                let start = try Timestamp.utc(change)
                let end = start + .seconds(86_400)
                var expected: [Timestamp] = []
                var minute = start + Self.minute
                while minute <= end {
                    if fields.fit(minute, shiftedBy: zone.secondsFromUTC(at: minute)) {
                        expected.append(minute)
                    }
                    minute = minute + Self.minute
                }
                var found: [Timestamp] = []
                var moment = start
                while let next = expression.next(after: moment, in: zone), next <= end {
                    found.append(next)
                    moment = next
                }
                #expect(found == expected, "\(fields.text) after \(start)")
            }
        }
    }

    @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
    func `a time of the clock comes once on each day of a year`(name: String) throws {
        let zone = try TestZone(name)
        for (hour, minute) in [(0, 0), (1, 30), (1, 45), (2, 0), (2, 15), (2, 30), (2, 59), (3, 0), (23, 59)]
        {
            let expression = try CronExpression("\(minute) \(hour) * * *")
            var moment = try Timestamp.utc("2025-12-31T23:59")
            let end = moment + .seconds(365 * 86_400)
            var count = 0
            while let next = expression.next(after: moment, in: zone), next <= end {
                #expect(next - moment <= .seconds(26 * 3600))
                #expect(count == 0 || next - moment >= .seconds(22 * 3600))
                moment = next
                count += 1
            }
            #expect((365...366).contains(count), "\(expression) in \(name)")
        }
    }
}
