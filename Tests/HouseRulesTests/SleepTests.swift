import Testing

@Suite("Sleeping tests")
struct SleepTests {
    @Test func `no test sleeps`() {
        Repository.expectKept(sleepRule)
    }

    @Test(arguments: [
        "try await Task.sleep(for: .seconds(1))",
        "try await Task<Never, Never>.sleep(nanoseconds: 1)",
        "Thread.sleep(forTimeInterval: 0.1)",
        "try await ContinuousClock().sleep(for: .seconds(1))",
        "usleep(1000)",
        "sleep (1)",
        "queue.asyncAfter(deadline: soon) {}",
    ])
    func `a sleep is found`(statement: String) {
        let file = SourceFile("Tests/HoldfastEngineTests/WorkerTests.swift", "import Testing\n\(statement)\n")
        #expect(sleepRule(file).map(\.line) == [2])
    }

    @Test func `a job under test may sleep on the engine's clock, and a sentence may speak of it`() {
        let text = """
            // Task.sleep( would make this slow
            @Test func `a job that calls Task.sleep( is cancelled`() {}
            try await context.sleep("settle", for: .seconds(60))
            """
        #expect(sleepRule(SourceFile("Tests/HoldfastEngineTests/TimerTests.swift", text)).isEmpty)
    }
}

/// Finds waiting for time in tests; they wait for facts, with `ManualClock` where time has to pass.
///
/// `context.sleep` is the engine's durable timer, which a test drives by hand, and the only call of
/// that name allowed.
@Sendable func sleepRule(_ file: SourceFile) -> [Finding] {
    guard file.lies(in: ["Tests/"]) else { return [] }
    let call = #/(?:\b(\w+)\s*\.\s*)?\b(?:u|nano)?sleep\s*\(/#.simpleWords
    let later = #/\basyncAfter\s*\(/#.simpleWords
    return file.findings("await a fact or advance a ManualClock; tests do not sleep") { line in
        line.contains(later) || line.matches(of: call).contains { $0.1 != "context" }
    }
}
