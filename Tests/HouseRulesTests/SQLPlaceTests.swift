import Testing

@Suite("Places of SQL")
struct SQLPlaceTests {
    @Test func `SQL stands only with the store, in the migrations, in the benchmark and in tests`() {
        Repository.expectKept(sqlPlaceRule)
    }

    @Test(arguments: [
        "SELECT job, kind FROM events",
        "INSERT INTO events(job) VALUES (?1)",
        "INSERT OR IGNORE INTO payloads VALUES (?1)",
        "UPDATE jobs SET state = ?1",
        "DELETE FROM leases",
        "CREATE UNIQUE INDEX ready ON jobs(queue)",
        "DROP TRIGGER events_are_final",
        "PRAGMA synchronous = FULL",
        "BEGIN IMMEDIATE",
    ])
    func `a statement in the engine is found`(statement: String) {
        let text = "let limit = 1\nlet text = #\"\(statement)\"#\n"
        #expect(sqlPlaceRule(SourceFile("Sources/HoldfastEngine/Worker.swift", text)).map(\.line) == [2])
        #expect(sqlPlaceRule(SourceFile("Sources/HoldfastSQLite/Statements/ClaimJobs.swift", text)).isEmpty)
    }

    @Test func `a statement over several lines is found at its first`() {
        let text = "let text = \"\"\"\n    SELECT kind\n      FROM events\n    \"\"\"\n"
        #expect(
            sqlPlaceRule(SourceFile("Sources/HoldfastServer/Routes/ListJobs.swift", text)).map(\.line) == [1])
    }

    @Test func `a comment and plain words are no SQL`() {
        let text = "// SELECT job FROM events\nlet help = \"Select a job from the list and update it.\"\n"
        #expect(sqlPlaceRule(SourceFile("Sources/HoldfastCLI/Commands/Jobs.swift", text)).isEmpty)
    }
}

/// Finds string literals with SQL outside the places it may stand in.
@Sendable func sqlPlaceRule(_ file: SourceFile) -> [Finding] {
    // The example is of a program with tables of its own beside the log.
    let places = [
        "Sources/HoldfastSQLite/", "Sources/HoldfastBench/", "Migrations/", "Tests/", "Docs/Examples/Orders/",
    ]
    guard let swift = file.swift, !file.lies(in: places) else { return [] }
    let reading = #/\b(SELECT\s[^;]*\sFROM|PRAGMA\s|BEGIN\s+(IMMEDIATE|DEFERRED|EXCLUSIVE))\b/#.simpleWords
    let writing = #/\b(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s[^;]*\sSET|DELETE\s+FROM)\b/#.simpleWords
    let defining = #/\b(CREATE|DROP|ALTER)\s+(\w+\s+)*(TABLE|INDEX|TRIGGER|VIEW)\b/#.simpleWords
    return swift.literals.compactMap { literal in
        let text = literal.text
        guard text.contains(reading) || text.contains(writing) || text.contains(defining) else { return nil }
        return Finding(
            path: file.path, line: literal.line, message: "SQL belongs under \(places[0])Statements/")
    }
}
