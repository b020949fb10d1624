import CSQLite
import HoldfastCore
import HoldfastStore

/// One connection of SQLite to one file, used by one thread at a time.
///
/// It closes when it is released, unless it is the caller's. The database file is never opened by anything else in this process: closing
/// any other descriptor of it would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, section 2.2).
final class Connection {
    /// What a connection may do.
    enum Access {
        /// Read and write, and create the file when it is not there.
        case create
        /// Read and write.
        case write
        /// Read; the file system may refuse everything else.
        case read
        /// Read a file that nobody writes to: without locks, and without a file beside it.
        case readUnchanging
        /// Read and write a database in memory, which all connections of this process share that name it, and which is gone
        /// with the last of them.
        case inMemory
    }

    /// Prepares the library, once in the life of the process.
    private static let library: Void = holdfast_sqlite_prepare()

    /// Whether the connection and its transaction are the caller's.
    let isBorrowed: Bool
    let handle: OpaquePointer
    private var statements: [UnsafePointer<UInt8>: Statement] = [:]
    private var patience = Duration.zero

    /// Opens a file.
    ///
    /// The path is absolute, so that SQLite takes no part of it for an option. SQLite looks at the file's
    /// contents with the first statement only.
    init(path: String, access: Access) throws(StoreError) {
        _ = Connection.library
        let how =
            switch access {
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            case .readUnchanging: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            case .inMemory: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI
            }
        let name =
            switch access {
            case .create, .write, .read: path
            case .readUnchanging: Connection.unchangingName(of: path)
            // The slash makes it one that is shared: https://www.sqlite.org/src/file/src/memdb.c
            case .inMemory: "file:/\(path)?vfs=memdb"
            }
        var opened: OpaquePointer?
        // No mutex: each connection belongs to one thread.
        let code = sqlite3_open_v2(name, &opened, how | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            defer { sqlite3_close_v2(opened) }
            throw StoreError(result: code, of: opened, operation: "open")
        }
        handle = opened
        isBorrowed = false
        sqlite3_extended_result_codes(handle, 1)
        // A library that is too old to know it gives the same answers, only later.
        _ = holdfast_sqlite_keep_plans(handle)
    }

    /// Uses a connection of the caller's, whose settings stay as they are.
    init(borrowing handle: OpaquePointer) {
        self.handle = handle
        isBorrowed = true
    }

    deinit {
        // A statement that was left would keep the caller from closing its connection.
        statements.removeAll()
        if !isBorrowed { sqlite3_close_v2(handle) }
    }

    /// The name under which SQLite opens a file and believes that nobody changes it.
    ///
    /// https://www.sqlite.org/uri.html
    private static func unchangingName(of path: String) -> String {
        let escaped = path.utf8.map { byte -> String in
            let isPlain =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "/")
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Hexadecimal.text(of: [byte])
        }
        return "file:" + escaped.joined() + "?immutable=1"
    }

    /// The file's absolute path with links resolved, as SQLite and its companions beside the file see it.
    var path: String { sqlite3_db_filename(handle, "main").map { String(cString: $0) } ?? "" }

    /// Tells whether the file system refused to open the file for writing.
    var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

    /// Tells whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Tells whether the transaction that is open holds the write lock.
    var isWriting: Bool { sqlite3_txn_state(handle, "main") == SQLITE_TXN_WRITE }

    /// The number of rows that the last statement inserted, changed or deleted.
    var changedRows: Int64 { sqlite3_changes64(handle) }

    /// The statement of a literal, compiled at its first use and then kept; errors name the operation.
    func statement(_ sql: StaticString, for operation: String) throws(StoreError) -> Statement {
        if let statement = statements[sql.utf8Start] { return statement }
        var compiled: OpaquePointer?
        let code = sql.utf8Start.withMemoryRebound(to: CChar.self, capacity: sql.utf8CodeUnitCount) { text in
            sqlite3_prepare_v3(
                handle, text, Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
        }
        guard code == SQLITE_OK, let compiled else {
            throw StoreError(result: code, of: handle, operation: operation)
        }
        let statement = Statement(compiled, operation: operation)
        statements[sql.utf8Start] = statement
        return statement
    }

    /// Lets this connection write without asking the triggers.
    ///
    /// They keep everybody else from changing the log. The writer only inserts, behind all others, which the
    /// primary key checks; asking them as well would cost a third of each append.
    func skipTriggers() throws(StoreError) {
        let code = holdfast_sqlite_skip_triggers(handle)
        guard code == SQLITE_OK else {
            throw StoreError(result: code, of: handle, operation: "set up a connection")
        }
    }

    /// Runs statements that are used once, one after another.
    func execute(_ sql: String, for operation: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(result: code, of: handle, operation: operation) }
    }

    /// The first column of a query that is used once, as text; null is left out.
    func values(_ sql: String, for operation: String) throws(StoreError) -> [String] {
        let statement = try prepare(sql, for: operation)
        defer { statement.reset() }
        var values: [String] = []
        while try statement.step() { if let value = statement.optionalText(0) { values.append(value) } }
        return values
    }

    /// A statement that is used once.
    func prepare(_ sql: String, for operation: String) throws(StoreError) -> Statement {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &compiled, nil)
        guard code == SQLITE_OK, let compiled else {
            throw StoreError(result: code, of: handle, operation: operation)
        }
        return Statement(compiled, operation: operation)
    }

    /// Waits for the locks of other connections up to a time, looking each millisecond.
    ///
    /// SQLite's own wait looks ever more rarely, up to each 100 ms, and so hardly ever meets the short gaps
    /// that another process under load leaves.
    func setPatience(_ limit: Duration) {
        patience = limit
        sqlite3_busy_handler(
            handle,
            { limit, calls in
                guard Int(calls) < Int(bitPattern: limit) else { return 0 }
                sqlite3_sleep(1)
                return 1
            }, UnsafeMutableRawPointer(bitPattern: patienceMilliseconds))
    }

    private var patienceMilliseconds: Int {
        let (seconds, attoseconds) = patience.components
        return max(0, Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    /// Runs what does not wait by itself again and again while it meets a lock of another connection.
    ///
    /// SQLite does not wait where a statement reads first and writes then, because two of them could wait for
    /// each other. It is for those of them that are safe to repeat.
    func patiently<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        var waits = patienceMilliseconds
        return try withoutPatience { () throws(StoreError) in
            while true {
                do throws(StoreError) {
                    return try body()
                } catch {
                    guard error.code == .busy, waits > 0 else { throw error }
                    waits -= 1
                    sqlite3_sleep(1)
                }
            }
        }
    }

    /// Lets other connections that wait for the write lock have it, which look each millisecond.
    ///
    /// Whoever commits again and again at once leaves gaps that are too short for them.
    func giveWay() { sqlite3_sleep(3) }

    /// Lets the statement that runs end with an error; the one function that another thread may call.
    func interrupt() { sqlite3_interrupt(handle) }

    /// Runs what gives up at once where it meets a lock of another connection.
    func withoutPatience<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        let usual = patience
        setPatience(.zero)
        defer { setPatience(usual) }
        return try body()
    }
}
