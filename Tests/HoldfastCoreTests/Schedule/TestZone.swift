import Foundation
import HoldfastCore
import Testing

/// The rules of a real zone, as Foundation has them.
struct TestZone: ZoneRules {
    private let zone: TimeZone

    init(_ name: String) throws { zone = try #require(TimeZone(identifier: name)) }

    func secondsFromUTC(at moment: Timestamp) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000))
    }
}

extension Timestamp {
    /// A moment of UTC, such as `2026-03-29T01:00`.
    static func utc(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text + ":00Z")) }

    /// The minute of UTC, such as `2026-03-29T01:00`.
    var minute: String { String(rfc3339.prefix(16)) }
}

extension CronExpression {
    /// The next moments after one, to the minute.
    func next(_ count: Int, after start: Timestamp, in zone: some ZoneRules) -> [String] {
        var moment = start
        var found: [String] = []
        while found.count < count, let next = next(after: moment, in: zone) {
            found.append(next.minute)
            moment = next
        }
        return found
    }
}
