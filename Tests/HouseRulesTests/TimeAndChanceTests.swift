import Testing

@Suite("Time and chance")
struct TimeAndChanceTests {
    @Test func `time and random numbers are handed in, never taken`() {
        Repository.expectKept(timeAndChanceRule)
    }

    @Test(arguments: [
        "try await Task.sleep(for: delay)",
        "Thread.sleep(forTimeInterval: 1)",
        "usleep(10)",
        "let at = Date()",
        "let at = Date.now",
        "let at = ContinuousClock().now",
        "let at = Timestamp.now()",
        "record(at: .now)",
        "let clock = ContinuousClock()",
        "clock_gettime(CLOCK_REALTIME, &time)",
        "var generator = SystemRandomNumberGenerator()",
        "let jitter = Double.random(in: 0...1)",
        "let jitter: Double = .random(in: 0...1)",
        "let isDue = deadline <= .now()",
        "let one = workers.randomElement()",
        "let id = UUID()",
    ])
    func `a clock or a die in place is found`(statement: String) {
        let text = "// Date() is banned\n\(statement)\n"
        #expect(timeAndChanceRule(SourceFile("Sources/HoldfastEngine/Worker.swift", text)).map(\.line) == [2])
        #expect(timeAndChanceRule(SourceFile("Sources/HoldfastBench/Probe.swift", text)).isEmpty)
    }

    @Test(arguments: [
        "let at = clock.now",
        "try await clock.sleep(until: due)",
        "case .now: return head",
        "let jitter = Double.random(in: 0...1, using: &generator)",
        "let started: ContinuousClock.Instant",
        "let bits = environment.random()",
        "let nowhere = place.nowhere",
    ])
    func `what was handed in may be used`(statement: String) {
        #expect(timeAndChanceRule(SourceFile("Sources/HoldfastEngine/Timers.swift", statement)).isEmpty)
    }
}

/// Finds clocks read, waited on or made, and random numbers drawn, where they should be parameters.
///
/// A name in lower case before `.now` or `.random` is taken for the parameter. The benchmark measures
/// real time and is free to. The composition root is exempt file by file, in `Exemptions.swift`.
/// An enum case called `now` needs another word: the rule cannot tell it from a clock.
@Sendable func timeAndChanceRule(_ file: SourceFile) -> [Finding] {
    let isBench = file.lies(in: ["Sources/HoldfastBench/"])
    let isLawful = isBench || Exemption.lifts(.realTimeAndChance, for: file.path)
    guard file.lies(in: ["Sources/"]), !isLawful else { return [] }
    let forbidden = [
        #/\b(?:Task|Thread)(?:<[^>]*>)?\.sleep\b/#,
        #/\b(?:usleep|nanosleep|asyncAfter|clock_gettime|gettimeofday)\s*\(/#,
        #/\b(?:arc4random|getrandom|getentropy)\w*\s*\(/#,
        #/\b(?:Date|UUID|ContinuousClock|SuspendingClock)\s*\(\s*\)|\btime\s*\(\s*nil\s*\)/#,
        #/(?:\b[A-Z]\w*(?:\(\))?|^\s*|[(\[,:=?<>+\-]\s*|\breturn\s+)\.now\b/#,
        #/(?:\b[A-Z]\w*|^\s*|[(\[,:=?<>+\-]\s*|\breturn\s+)\.random\s*\((?!.*\busing:)/#,
        #/\bSystemRandomNumberGenerator\b|\.(?:randomElement|shuffled?)\s*\(\s*\)/#,
    ].map(\.simpleWords)
    return file.findings("take the clock, the time or the random source as a parameter") { line in
        forbidden.contains { line.contains($0) }
    }
}
