import HoldfastCore
import Testing

/// Moments in microseconds and the arithmetic on them.
struct TimestampTests {
    @Test(
        arguments: [
            (Duration.zero, 0), (.nanoseconds(1), 1), (.nanoseconds(999), 1), (.nanoseconds(1_000), 1),
            (.nanoseconds(1_001), 2), (.microseconds(7), 7), (.seconds(3), 3_000_000), (.nanoseconds(-1), 0),
            (.nanoseconds(-999), 0), (.nanoseconds(-1_000), -1), (.nanoseconds(-1_001), -1),
            (.seconds(-3), -3_000_000),
            (Duration(secondsComponent: 1, attosecondsComponent: 1), 1_000_001),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
            (
                Duration(secondsComponent: 9_223_372_036_854, attosecondsComponent: 775_807_000_000_000_000),
                .max
            ),
            (
                Duration(secondsComponent: 9_223_372_036_854, attosecondsComponent: 900_000_000_000_000_000),
                .max
            ),
            (
                Duration(
                    secondsComponent: -9_223_372_036_854, attosecondsComponent: -775_808_000_000_000_000),
                .min
            ),
            (
                Duration(
                    secondsComponent: -9_223_372_036_854, attosecondsComponent: -900_000_000_000_000_000),
                .min
            ),
        ] as [(Duration, Int64)])
    func `a length is rounded up to microseconds and held within their range`(
        length: Duration, expected: Int64
    ) {
        #expect(length.microsecondsRoundedUp == expected)
    }

    @Test func `a length beyond the range of seconds is held as well`() async {
        await #expect(processExitsWith: .success) {
            let forever = Duration.seconds(Int64.max)
            #expect((forever + forever).microsecondsRoundedUp == .max)
            #expect((.zero - forever - forever).microsecondsRoundedUp == .min)
        }
    }

    @Test func `a moment plus a length is never early`() {
        Property.holds(from: 50_000_000) { seed in
            var generator = SplitMix64(seed: seed)
            let start = Timestamp(microseconds: Int64(generator.number(-1_000_000_000...1_000_000_000)))
            let length = Duration.nanoseconds(Int64(generator.number(-10_000_000...10_000_000)))
            let end = start + length
            try demand(end - start >= length, "\(start) + \(length) is \(end)")
            try demand(end - start < length + .microseconds(1), "\(start) + \(length) is \(end)")
        }
    }

    @Test func `the end of time is the last moment`() {
        let end = Timestamp.distantFuture
        #expect(end + .zero == end)
        #expect(end + .microseconds(1) == end)
        #expect(end + .microseconds(-1) < end)
        #expect(end + .seconds(Int64.max) == end)
        #expect(Timestamp(microseconds: 0) + .seconds(Int64.max) == end)
        #expect(Timestamp(microseconds: .min) + .seconds(Int64.max) <= end)
        #expect(end.description == "9999-12-31T23:59:59.999999Z")
    }

    @Test func `a moment plus a negative length is earlier`() {
        let moment = Timestamp(microseconds: -5_000_000)
        #expect(moment + .seconds(-1) == Timestamp(microseconds: -6_000_000))
        #expect(moment + .seconds(Int64.min) < moment)
    }

    @Test func `moments are ordered and have a distance`() {
        let first = Timestamp(microseconds: -1)
        let second = Timestamp(microseconds: 1_500_000)
        #expect(first < second)
        #expect(second - first == .microseconds(1_500_001))
        #expect(first - second == .microseconds(-1_500_001))
    }
}
