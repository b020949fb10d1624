import CSQLite

/// Tells connections of this process's copy of SQLite from those of another copy.
///
/// Two copies in one process do not know of each other's locks: when one of them closes the file, the operating system
/// drops the locks of both (https://www.sqlite.org/howtocorrupt.html, section 2.2).
enum LibraryCheck {
    /// Whether the library keeps its file system layer where it is looked for; if not, nothing can be told.
    ///
    /// A connection begins with a pointer to that layer since SQLite 3.6. Nobody promises it, so it is tried out once.
    private static let isFeasible: Bool = {
        var connection: OpaquePointer?
        defer { sqlite3_close_v2(connection) }
        guard sqlite3_open_v2(":memory:", &connection, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK,
            let connection
        else { return false }
        return holdfast_sqlite_owns(UnsafeRawPointer(connection)) != 0
    }()

    /// Tells whether a connection is surely of another copy of the library; it only reads the first word of it.
    static func isForeign(_ connection: OpaquePointer) -> Bool {
        isFeasible && holdfast_sqlite_owns(UnsafeRawPointer(connection)) == 0
    }
}
