import Testing

@Suite("Stopping the process")
struct StoppingTests {
    @Test func `nothing stops the process where an error could be thrown`() {
        Repository.expectKept(stoppingRule)
    }

    @Test(arguments: ["let state = try! fold(events)", "fatalError(\"unreachable\")", "fatalError ()"])
    func `a trap is found`(statement: String) {
        let text = "// try! and fatalError() are banned\n\(statement)\n"
        #expect(stoppingRule(SourceFile("Sources/HoldfastCore/Job/JobState.swift", text)).map(\.line) == [2])
    }

    @Test func `a test may not force a try either`() {
        #expect(
            stoppingRule(SourceFile("Tests/HoldfastCoreTests/FoldTests.swift", "try! fold()\n")).count == 1)
        #expect(
            stoppingRule(SourceFile("Tests/HoldfastCoreTests/FoldTests.swift", "try #require(fold())\n"))
                .isEmpty)
    }
}

/// Finds `try!` everywhere, and `fatalError` outside tests.
@Sendable func stoppingRule(_ file: SourceFile) -> [Finding] {
    guard !Exemption.lifts(.stoppingTheProcess, for: file.path) else { return [] }
    let isTest = file.lies(in: ["Tests/"])
    return file.findings("throw a typed error instead of stopping the process") { line in
        line.contains(#/\btry!/#.simpleWords) || !isTest && line.contains(#/\bfatalError\s*\(/#.simpleWords)
    }
}
