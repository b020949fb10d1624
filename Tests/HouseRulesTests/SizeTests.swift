import Testing

@Suite("Size of files")
struct SizeTests {
    @Test func `no file outgrows its limit`() {
        Repository.expectKept(sizeRule)
    }

    @Test(arguments: [
        ("Sources/HoldfastCore/Job/JobState.swift", 400),
        ("Docs/Examples/QuickStart/Main.swift", 400),
        ("Migrations/SQLite/sql/V0001_event_log.sql", 400),
        ("Tests/HoldfastCoreTests/JobStateTests.swift", 500),
    ])
    func `one line above the limit is found`(path: String, limit: Int) {
        let line = "let one = 1\n"
        #expect(sizeRule(SourceFile(path, String(repeating: line, count: limit))).isEmpty)
        #expect(
            sizeRule(SourceFile(path, String(repeating: line, count: limit + 1))).map(\.line) == [limit + 1])
    }
}

/// Finds source files above 400 lines and test files above 500; aim at 40 to 200.
@Sendable func sizeRule(_ file: SourceFile) -> [Finding] {
    let isSource = file.swift != nil || file.path.hasSuffix(".sql") || file.path.hasSuffix(".h")
    guard isSource, !Exemption.lifts(.size, for: file.path) else { return [] }
    let limit = file.lies(in: ["Tests/"]) ? 500 : 400
    guard file.lines.count > limit else { return [] }
    let message = "\(file.lines.count) lines, the limit is \(limit): split it by aspect (Type+Aspect.swift)"
    return [Finding(path: file.path, line: limit + 1, message: message)]
}
