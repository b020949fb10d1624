import CSQLite

/// A connection without any of the store's settings, such as the `sqlite3` shell has.
final class PlainDatabase {
    /// What SQLite said, with its code.
    struct Refusal: Error, Equatable {
        let code: Int32
        let message: String
    }

    let handle: OpaquePointer

    init(_ path: String) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard code == SQLITE_OK, let opened else { throw Refusal(code: code, message: "open") }
        handle = opened
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements one after another.
    func run(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw Refusal(code: code, message: String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// Runs statements that the triggers would refuse, as somebody does who leaves no trace: they are there again afterwards.
    func runUnguarded(_ sql: String) throws {
        let triggers = try rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        for trigger in triggers { try run("DROP TRIGGER \(trigger[0])") }
        try run(sql)
        for trigger in triggers { try run(trigger[1]) }
    }

    /// The rows of a query, all columns as text; null as `NULL`.
    func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        var code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        if code == SQLITE_OK { code = sqlite3_step(statement) }
        var rows: [[String]] = []
        while code == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                })
            code = sqlite3_step(statement)
        }
        guard code == SQLITE_DONE else {
            throw Refusal(code: code, message: String(cString: sqlite3_errmsg(handle)))
        }
        return rows
    }

    /// The first column of a query.
    func values(_ sql: String) throws -> [String] { try rows(sql).compactMap(\.first) }

    /// The one value of a query.
    func value(_ sql: String) throws -> String? { try rows(sql).first?.first }

    /// All rows of a table in the order of all its columns, as text that shows every byte.
    func dump(_ table: String) throws -> [[String]] {
        let columns = try rows("SELECT name FROM pragma_table_info('\(table)') ORDER BY cid").map { $0[0] }
        let quoted = columns.map { "quote(\"\($0)\")" }.joined(separator: ", ")
        return try rows("SELECT \(quoted) FROM \(table) ORDER BY \(quoted)")
    }
}
