import Testing

@testable import HoldfastCLI

@Suite("Units for people")
struct HumanUnitsTests {
    @Test(
        arguments: [
            (0, "0 us"), (340, "340 us"), (999, "999 us"), (1_000, "1.0 ms"), (1_290, "1.2 ms"),
            (9_999, "9.9 ms"),
            (10_000, "10 ms"), (999_999, "999 ms"), (1_000_000, "1.0 s"), (1_250_000, "1.2 s"),
            (59_999_999, "59 s"),
            (60_000_000, "1 min 00 s"), (184_000_000, "3 min 04 s"), (3_599_999_999, "59 min 59 s"),
            (3_600_000_000, "1 h 00 min"), (7_500_000_000, "2 h 05 min"), (86_399_999_999, "23 h 59 min"),
            (86_400_000_000, "1 d 0 h"), (187_200_000_000, "2 d 4 h"), (-1_500_000, "-1.5 s"), (-1, "-1 us"),
            (.max, "106,751,991 d 4 h"), (.min, "-106,751,991 d 4 h"),
        ] as [(Int64, String)])
    func `durations`(microseconds: Int64, shown: String) {
        #expect(HumanUnits.duration(microseconds: microseconds) == shown)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1_023, "1023 B"), (1_024, "1.0 KiB"), (1_536, "1.5 KiB"), (10_240, "10 KiB"),
            (1_048_575, "1023 KiB"), (1_048_576, "1.0 MiB"), (8_388_608, "8.0 MiB"),
            (5_368_709_120, "5.0 GiB"),
            (.max, "7.9 EiB"), (.min, "-8.0 EiB"), (-2_048, "-2.0 KiB"),
        ] as [(Int64, String)])
    func `sizes`(bytes: Int64, shown: String) {
        #expect(HumanUnits.bytes(bytes) == shown)
    }

    @Test(
        arguments: [
            (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (20_000, "20,000"), (1_234_567, "1,234,567"),
            (-1_000, "-1,000"), (.min, "-9,223,372,036,854,775,808"),
        ] as [(Int64, String)])
    func `counts`(value: Int64, shown: String) {
        #expect(HumanUnits.count(value) == shown)
    }

    @Test(arguments: [
        (0, "0/s"), (0.5, "0.5/s"), (12.34, "12.3/s"), (99.99, "99.9/s"), (100, "100/s"),
        (1_234.9, "1,234/s"),
        (0.05, "3.0/min"), (0.001, "3.6/h"), (1e300, "1,000,000,000,000,000/s"), (-1, "-"), (.nan, "-"),
        (.infinity, "-"), (-.infinity, "-"), (5e-324, "0.0/h"),
    ])
    func `rates`(perSecond: Double, shown: String) {
        #expect(HumanUnits.rate(perSecond: perSecond) == shown)
    }

    @Test func `a rate may name its things`() {
        #expect(HumanUnits.rate(perSecond: 1_234, unit: "files") == "1,234 files/s")
        #expect(HumanUnits.rate(perSecond: 0.05, unit: "files") == "3.0 files/min")
    }

    @Test(arguments: [
        (0, "0 %"), (0.425, "42 %"), (0.9999, "99 %"), (1, "100 %"), (7, "100 %"), (-1, "0 %"), (.nan, "-"),
        (.infinity, "100 %"),
    ])
    func `percentages`(fraction: Double, shown: String) {
        #expect(HumanUnits.percent(fraction) == shown)
    }
}
