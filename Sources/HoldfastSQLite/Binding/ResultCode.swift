import CSQLite
import HoldfastStore

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// The one place that knows what SQLite's result codes mean for a caller.
// https://www.sqlite.org/rescode.html
extension StoreError {
    /// Turns a result code into an error; nothing of what was bound gets into it.
    ///
    /// SQLite's own words are taken from the connection that gave the code.
    init(
        result code: Int32, of connection: OpaquePointer?, operation: String, file: String = #fileID,
        line: Int = #line
    ) {
        let said = connection.flatMap(sqlite3_errmsg) ?? sqlite3_errstr(code)
        let words = said.map { String(cString: $0) } ?? "SQLite gave code \(code)"
        let systemError = connection.map(sqlite3_system_errno) ?? 0
        let kind = StoreError.Code(result: code, systemError: systemError)
        self.init(
            kind, operation: operation,
            reason: StoreError.sentence(kind, words: words, code: code, systemError: systemError), file: file,
            line: line)
    }

    private static func sentence(_ kind: Code, words: String, code: Int32, systemError: Int32) -> String {
        switch kind {
        case .busy: "another process holds the write lock of the file (SQLite: \(words))"
        case .full: "the disk, the quota or the size limit is full; free space and go on (SQLite: \(words))"
        case .readOnly: "the file cannot be written (SQLite: \(words))"
        case .unavailable where systemError != 0:
            "SQLite says \"\(words)\" (code \(code)), the system says \"\(String(cString: strerror(systemError)))\""
        case .corrupt where code & 0xFF == SQLITE_NOTADB: "the file is not a SQLite database"
        case .corrupt: "the file is damaged; restore a backup (SQLite: \(words), code \(code))"
        case .unavailable, .schemaTooNew, .payloadTooLarge, .closed, .constraint:
            "SQLite says \"\(words)\" (code \(code))"
        }
    }
}

extension StoreError.Code {
    /// The kind of failure that a result code stands for.
    ///
    /// The `errno` beside it tells a full disk from a broken one.
    init(result code: Int32, systemError: Int32) {
        self =
            switch code & 0xFF {
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
            case SQLITE_FULL: .full
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_NOTADB, SQLITE_CORRUPT: .corrupt
            case SQLITE_IOERR, SQLITE_CANTOPEN: StoreError.Code(systemError: systemError)
            case SQLITE_NOMEM, SQLITE_INTERRUPT, SQLITE_AUTH, SQLITE_NOLFS: .unavailable
            default: .constraint
            }
    }
}
