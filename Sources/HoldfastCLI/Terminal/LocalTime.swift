#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Writes points in time for people, in their own time zone.
struct LocalTime: Hashable, Sendable {
    /// Where the clock on the wall is.
    enum Zone: Hashable, Sendable {
        /// The zone of the process: `TZ`, or the system's.
        case system
        /// A fixed distance from UTC, in seconds, positive to the east.
        case fixed(secondsFromUTC: Int)
    }

    private let zone: Zone

    /// Makes a writer for a zone.
    init(zone: Zone = .system) {
        self.zone = zone
        // POSIX lets localtime_r skip reading TZ, so it is read here:
        // https://pubs.opengroup.org/onlinepubs/9799919799/
        if zone == .system { tzset() }
    }

    /// Returns `14:03:00.123` for a time of today, else `2026-10-08 14:03:00`.
    ///
    /// - Parameters:
    ///   - microseconds: The time, since 1970 UTC. Digits behind the last shown one are cut off,
    ///     not rounded.
    ///   - now: The time that tells which day is today, in the same unit.
    /// - Returns: The time in the zone of this value.
    func short(_ microseconds: Int64, now: Int64) -> String {
        guard let time = fields(of: microseconds), let today = fields(of: now) else {
            return full(microseconds)
        }
        let isToday = time.tm_year == today.tm_year && time.tm_yday == today.tm_yday
        return isToday ? "\(clock(time)).\(milliseconds(microseconds))" : "\(day(time)) \(clock(time))"
    }

    /// Returns `2026-10-08 14:03:00.123`.
    func full(_ microseconds: Int64) -> String {
        guard let time = fields(of: microseconds) else { return "\(microseconds) us since 1970" }
        return "\(day(time)) \(clock(time)).\(milliseconds(microseconds))"
    }

    /// Returns the moment of today at which the clock on the wall shows a time, in microseconds since 1970 UTC; the first one
    /// where clocks are put back, and nil where the day is out of range.
    func today(_ hour: Int, _ minute: Int, _ second: Int, now: Int64) -> Int64? {
        guard var time = fields(of: now) else { return nil }
        (time.tm_hour, time.tm_min, time.tm_sec) = (Int32(hour), Int32(minute), Int32(second))
        let seconds: Int
        switch zone {
        case .system:
            time.tm_isdst = -1
            seconds = mktime(&time)
        case .fixed(let distance): seconds = timegm(&time) - distance
        }
        return seconds == -1 ? nil : Int64(seconds) * 1_000_000
    }

    private func fields(of microseconds: Int64) -> tm? {
        var seconds = time_t(Self.floorDivision(microseconds, by: 1_000_000))
        var fields = tm()
        switch zone {
        case .system:
            return localtime_r(&seconds, &fields) == nil ? nil : fields
        case .fixed(let distance):
            seconds += distance
            return gmtime_r(&seconds, &fields) == nil ? nil : fields
        }
    }

    private func day(_ time: tm) -> String {
        let year = String(Int(time.tm_year) + 1_900)
        let padding = String(repeating: "0", count: max(0, 4 - year.utf8.count))
        let rest = [time.tm_mon + 1, time.tm_mday].map(HumanUnits.twoDigits)
        return padding + ([year] + rest).joined(separator: "-")
    }

    private func clock(_ time: tm) -> String {
        [time.tm_hour, time.tm_min, time.tm_sec].map(HumanUnits.twoDigits).joined(separator: ":")
    }

    private func milliseconds(_ microseconds: Int64) -> String {
        let remainder = microseconds % 1_000_000
        let digits = String((remainder < 0 ? remainder + 1_000_000 : remainder) / 1_000)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// Divides towards minus infinity, so that times before 1970 fall into the right second.
    private static func floorDivision(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
