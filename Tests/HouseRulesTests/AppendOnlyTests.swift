import Testing

@Suite("Append-only")
struct AppendOnlyTests {
    @Test func `no statement changes, replaces or deletes an event`() {
        Repository.expectKept(appendOnlyRule)
    }

    @Test(arguments: [
        "UPDATE events SET data = ?1", "update OR IGNORE events set at = 0",
        "DELETE FROM events WHERE job = ?1",
        "REPLACE INTO events VALUES (?1)", "INSERT OR REPLACE INTO events(position) VALUES (?1)",
        "INSERT INTO events(position) VALUES (?1) ON CONFLICT DO UPDATE SET at = 0",
        "DROP TRIGGER events_refuse_update",
    ])
    func `a statement that would is found`(statement: String) {
        let text = "let limit = 1\nlet text = #\"\(statement)\"#\n"
        let file = SourceFile("Sources/HoldfastSQLite/Statements/ChangeEvents.swift", text)
        #expect(appendOnlyRule(file).map(\.line) == [2])
    }

    @Test(arguments: [
        "INSERT INTO events (position) VALUES (?1)", "SELECT * FROM events", "DELETE FROM jobs",
        "UPDATE jobs SET state = ?1",
    ])
    func `other statements pass`(statement: String) {
        let file = SourceFile(
            "Sources/HoldfastSQLite/Statements/ReadEvents.swift", "let text = #\"\(statement)\"#\n")
        #expect(appendOnlyRule(file).isEmpty)
    }
}

/// Finds statements that the triggers of the schema would refuse: the connection that writes does not ask them
/// (`Docs/Decisions/0011`).
@Sendable func appendOnlyRule(_ file: SourceFile) -> [Finding] {
    guard let swift = file.swift, file.lies(in: ["Sources/"]) else { return [] }
    // The two exceptions, event by event: retention deletes what it has recorded, and redaction takes values out.
    let exceptions = [
        "Sources/HoldfastSQLite/Retention/EraseJobs.swift": "DELETE FROM events WHERE position = ?1",
        "Sources/HoldfastSQLite/Retention/RedactJobs.swift":
            "UPDATE events SET data = ?2, salt = NULL WHERE position = ?1",
    ]
    let changing =
        #/(?i)\b(UPDATE(\s+OR\s+\w+)?|DELETE\s+FROM|REPLACE\s+INTO|INSERT\s+OR\s+\w+\s+INTO)\s+events\b/#
        .simpleWords
    let upserting = #/(?i)\bINSERT\s+INTO\s+events\b[^;]*\bON\s+CONFLICT\b/#.simpleWords
    let dropping = #/(?i)\bDROP\s+(TRIGGER\s+events_|TABLE\s+events\b)/#.simpleWords
    return swift.literals.compactMap { literal in
        let text = literal.text
        if text == exceptions[file.path] { return nil }
        guard text.contains(changing) || text.contains(upserting) || text.contains(dropping) else {
            return nil
        }
        return Finding(path: file.path, line: literal.line, message: "an event is never changed or deleted")
    }
}
