import Testing

@testable import HoldfastCLI

@Suite("The progress bar")
struct ProgressBarTests {
    private let half = ProgressState(
        phase: "hashing", message: "/usr/share/doc", done: 10_000, total: 20_000, unit: "files",
        ratePerSecond: 1_000, elapsedMicroseconds: 12_000_000)

    @Test func `a line says everything when there is room`() {
        let line = ProgressBar.line(half, width: 120).plain
        let bar = String(repeating: "█", count: 12) + String(repeating: "░", count: 12)
        #expect(
            line
                == "hashing  \(bar)   50 %  10,000/20,000 files  1,000/s  ETA 10 s  12 s elapsed  /usr/share/doc"
        )
    }

    @Test func `in 60 columns the less important pieces give way`() {
        let line = ProgressBar.line(half, width: 60).plain
        #expect(line == "██████░░░░░░   50 %  10,000/20,000 files  1,000/s  ETA 10 s")
    }

    @Test func `a long message is cut to what is left`() {
        var state = half
        state.message = String(repeating: "word", count: 100)
        let line = ProgressBar.line(state, width: 120)
        #expect(line.width == 120)
        #expect(line.plain.hasSuffix("…"))
    }

    @Test func `the bar does not move when the numbers grow`() {
        var before = half
        before.done = 9
        let lines = [before, half].map { ProgressBar.line($0, width: 100).plain }
        #expect(lines[0].contains("     9/20,000 files"))
        let places = lines.map { $0.split(separator: "/20,000").first?.count }
        #expect(places[0] == places[1])
    }

    @Test(arguments: Array(1...30) + [60, 80, 100, 200])
    func `a line fits every width, whatever the state`(width: Int) {
        for state in Self.odd + [half] {
            let line = ProgressBar.line(state, width: width)
            #expect(line.width <= width)
            #expect(DisplayWidth.columns(of: line.plain) == line.width)
            #expect(!line.plain.unicodeScalars.contains(where: ScalarEscape.isUnsafe))
            #expect(!line.plain.lowercased().contains("nan") && !line.plain.contains("inf"))
        }
    }

    static let odd: [ProgressState] = [
        ProgressState(),
        ProgressState(done: 0, total: 0, ratePerSecond: 0, elapsedMicroseconds: 0),
        ProgressState(done: 5, total: 0, ratePerSecond: .nan, elapsedMicroseconds: 1),
        ProgressState(done: 9, total: 3, ratePerSecond: .infinity),
        ProgressState(done: -9, total: .max, ratePerSecond: 1e-300),
        ProgressState(done: .min, total: .max, ratePerSecond: 1, elapsedMicroseconds: .min),
        ProgressState(fraction: .nan, elapsedMicroseconds: 5), ProgressState(fraction: .infinity),
        ProgressState(fraction: -3),
        ProgressState(fraction: Double.leastNonzeroMagnitude, elapsedMicroseconds: .max),
        ProgressState(phase: "\u{1B}[2J日本語日本語日本語日本語", message: "\n\u{202E}", fraction: 0.5),
    ]

    @Test(
        arguments: [
            (0, "███░░░░░"), (1_000_000, "░░░░░███"), (1_200_000, "░░░░███░"), (2_000_000, "███░░░░░"),
        ] as [(Int64, String)])
    func `without a total a block wanders, and nothing is foretold`(elapsed: Int64, bar: String) {
        let state = ProgressState(done: 12, total: 0, ratePerSecond: 3, elapsedMicroseconds: elapsed)
        #expect(state.completion == nil)
        #expect(state.remainingMicroseconds == nil)
        let line = ProgressBar.line(state, width: 40).plain
        #expect(line == "\(bar)  12  3.0/s  \(HumanUnits.duration(microseconds: elapsed)) elapsed")
    }

    @Test func `the end is full, and only the end`() {
        let almost = ProgressState(done: 19_999, total: 20_000)
        let end = ProgressState(done: 20_000, total: 20_000)
        #expect(ProgressBar.line(almost, width: 40).plain == "███████▉   99 %  19,999/20,000")
        #expect(ProgressBar.line(end, width: 40).plain == "████████  100 %  20,000/20,000")
        #expect(end.remainingMicroseconds == nil)
    }

    @Test func `a fraction given by the job wins, and elapsed time tells the rest`() {
        let state = ProgressState(fraction: 0.25, elapsedMicroseconds: 10_000_000)
        #expect(state.completion == 0.25)
        #expect(state.remainingMicroseconds == 30_000_000)
        #expect(ProgressState(fraction: 0.9, done: 1, total: 10).completion == 0.9)
        #expect(ProgressState(fraction: .nan, done: 1, total: 10).completion == 0.1)
    }

    @Test(arguments: [0, -1, .nan, 1e-300] as [Double])
    func `a rate that leads nowhere gives no time left`(rate: Double) {
        #expect(ProgressState(done: 1, total: 10, ratePerSecond: rate).remainingMicroseconds == nil)
    }

    @Test func `without a terminal the line has no bar and is not cut`() {
        var state = half
        state.message = String(repeating: "word ", count: 60) + "end"
        let line = ProgressBar.line(state, width: nil).plain
        #expect(
            line.hasPrefix("hashing  50 %  10,000/20,000 files  1,000/s  ETA 10 s  12 s elapsed  word word"))
        #expect(line.hasSuffix("end"))
    }
}

@Suite("The rate of progress")
struct ProgressRateTests {
    @Test func `the first count alone is no rate, so work done before a restart does not count`() {
        var rate = ProgressRate()
        rate.observe(done: 15_000, at: 0)
        #expect(rate.perSecond(at: 1_000_000) == nil)
        rate.observe(done: 15_100, at: 1_000_000)
        #expect(rate.perSecond(at: 1_000_000) == 100)
    }

    @Test func `only the window counts`() {
        var rate = ProgressRate(window: 10_000_000)
        for second in 0...100 {
            let fast = Int64(second) * 1_000
            rate.observe(
                done: second <= 50 ? fast : 50_000 + Int64(second - 50), at: Int64(second) * 1_000_000)
        }
        #expect(rate.perSecond(at: 100_000_000) == 1)
    }

    @Test func `a stall shows`() throws {
        var rate = ProgressRate()
        rate.observe(done: 0, at: 0)
        rate.observe(done: 100, at: 1_000_000)
        #expect(rate.perSecond(at: 10_000_000) == 10)
        #expect(try #require(rate.perSecond(at: 1_000_000_000)) <= 0.1)
    }

    @Test func `going backwards starts again`() {
        var rate = ProgressRate()
        rate.observe(done: 100, at: 0)
        rate.observe(done: 200, at: 1_000_000)
        rate.observe(done: 0, at: 2_000_000)
        #expect(rate.perSecond(at: 2_000_000) == nil)
        rate.observe(done: 10, at: 1_000_000)
        #expect(rate.perSecond(at: 3_000_000) == nil)
    }

    @Test func `two counts at one moment give no rate`() {
        var rate = ProgressRate()
        rate.observe(done: 1, at: 5)
        rate.observe(done: 2, at: 5)
        #expect(rate.perSecond(at: 5) == nil)
    }

    @Test func `a million observations are as right as a few`() throws {
        var rate = ProgressRate()
        for step in 0..<1_000_000 { rate.observe(done: Int64(step), at: Int64(step) * 100) }
        let measured = try #require(rate.perSecond(at: 99_999_900))
        #expect(abs(measured - 10_000) < 1)
    }
}
