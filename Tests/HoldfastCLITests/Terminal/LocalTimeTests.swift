import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Local time")
struct LocalTimeTests {
    /// 2026-10-08 14:03:00.123456 UTC.
    static let moment: Int64 = 1_791_468_180_123_456

    @Test(
        arguments: [
            (0, 0, "14:03:00.123"),
            (0, 3_600, "14:03:00.123"),
            (0, 86_400, "2026-10-08 14:03:00"),
            (0, -86_400, "2026-10-08 14:03:00"),
            (7_200, 0, "16:03:00.123"),
            (-18_000, 0, "09:03:00.123"),
            // At ten hours east it is past midnight, so the day of eleven hours before is another one.
            (36_000, -39_600, "2026-10-09 00:03:00"),
            (0, 365 * 86_400, "2026-10-08 14:03:00"),
        ] as [(Int, Int64, String)])
    func `today shows milliseconds, other days show the date`(zone: Int, distance: Int64, shown: String) {
        let time = LocalTime(zone: .fixed(secondsFromUTC: zone))
        #expect(time.short(Self.moment, now: Self.moment + distance * 1_000_000) == shown)
    }

    @Test(
        arguments: [
            (0, "1970-01-01 00:00:00.000"), (-1, "1969-12-31 23:59:59.999"),
            (-1_000_000, "1969-12-31 23:59:59.000"),
            (-62_135_596_800_000_000, "0001-01-01 00:00:00.000"),
            (951_782_400_999_999, "2000-02-29 00:00:00.999"),
            (.max, "294247-01-10 04:00:54.775"), (.min, "-290308-12-21 19:59:05.224"),
        ] as [(Int64, String)])
    func `the full form is right from one end of time to the other`(microseconds: Int64, shown: String) {
        #expect(LocalTime(zone: .fixed(secondsFromUTC: 0)).full(microseconds) == shown)
    }

    @Test func `the zone of the process has its summer time`() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
            let time = LocalTime()
            // Both are half past two: the clock goes back between them.
            #expect(time.full(1_792_888_200_000_000) == "2026-10-25 02:30:00.000")
            #expect(time.full(1_792_891_800_000_000) == "2026-10-25 02:30:00.000")
            #expect(time.full(1_792_895_400_000_000) == "2026-10-25 03:30:00.000")
            #expect(time.short(LocalTimeTests.moment, now: LocalTimeTests.moment) == "16:03:00.123")
        }
    }
}
