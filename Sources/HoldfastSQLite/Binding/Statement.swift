import CSQLite
import HoldfastCore
import HoldfastStore

/// A prepared statement that is kept and used again, by the thread of its connection.
///
/// Columns and parameters are counted as SQLite does: parameters from 1, columns from 0. After each use comes
/// `reset`, also after an error: a statement that is left open holds a read transaction, and the write-ahead
/// log grows.
final class Statement {
    /// Bytes up to this number are copied here instead of into memory that SQLite would allocate for each
    /// value.
    private static let scratchCapacity = 4096

    private let handle: OpaquePointer
    private let operation: String
    private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: Statement.scratchCapacity)
    private var scratchUsed = 0
    private var bindingFailure = SQLITE_OK

    /// Takes over a compiled statement; errors name the operation that it is for.
    init(_ handle: OpaquePointer, operation: String) {
        self.handle = handle
        self.operation = operation
    }

    deinit {
        sqlite3_finalize(handle)
        scratch.deallocate()
    }

    /// Goes to the next row.
    ///
    /// - Returns: False when there is none; a statement that changes rows is then done.
    func step() throws(StoreError) -> Bool {
        guard bindingFailure == SQLITE_OK else { throw failure(bindingFailure) }
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code)
        }
    }

    /// Runs a statement that gives no rows, and makes it ready for the next use.
    func run() throws(StoreError) {
        defer { reset() }
        while try step() {}
    }

    /// Ends the use.
    ///
    /// What was bound counts no more.
    func reset() {
        // Its code repeats the failure that `step` reported.
        sqlite3_reset(handle)
        scratchUsed = 0
        bindingFailure = SQLITE_OK
    }

    private func failure(_ code: Int32) -> StoreError {
        StoreError(result: code, of: sqlite3_db_handle(handle), operation: operation)
    }
}

// Parameters.
extension Statement {
    /// Binds a whole number, or null.
    func bind(_ value: (some FixedWidthInteger)?, at index: Int32) {
        guard let value else { return bindNull(at: index) }
        note(sqlite3_bind_int64(handle, index, Int64(value)))
    }

    /// Binds a text, or null.
    func bind(_ value: String?, at index: Int32) {
        guard var value else { return bindNull(at: index) }
        value.withUTF8 { bytes in
            guard let kept = keep(UnsafeRawBufferPointer(bytes)) else {
                let start = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                let copying = holdfast_sqlite_transient()
                note(
                    sqlite3_bind_text64(
                        handle, index, start, UInt64(bytes.count), copying, UInt8(SQLITE_UTF8)))
                return
            }
            // Without a destructor SQLite does not copy; the scratch bytes stay until the reset.
            kept.withMemoryRebound(to: CChar.self, capacity: bytes.count) { start in
                note(sqlite3_bind_text(handle, index, start, Int32(bytes.count), nil))
            }
        }
    }

    /// Binds bytes.
    func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
        guard let kept = keep(bytes) else {
            let copying = holdfast_sqlite_transient()
            return note(sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), copying))
        }
        note(sqlite3_bind_blob(handle, index, kept, Int32(bytes.count), nil))
    }

    /// Binds a job's id, or null.
    func bind(_ job: JobID?, at index: Int32) { bind(job?.description, at: index) }
    /// Binds a name, or null.
    func bind(_ name: (some TextIdentifier)?, at index: Int32) { bind(name?.rawValue, at: index) }
    /// Binds a moment, or null.
    func bind(_ time: Timestamp?, at index: Int32) { bind(time?.microseconds, at: index) }
    /// Binds a position, or null.
    func bind(_ position: EventLogPosition?, at index: Int32) { bind(position?.value, at: index) }

    private func bindNull(at index: Int32) { note(sqlite3_bind_null(handle, index)) }

    /// Copies bytes to where they stay until the reset; nil when there is no room for them.
    private func keep(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
        guard bytes.count <= Statement.scratchCapacity - scratchUsed else { return nil }
        let start = scratch + scratchUsed
        if let source = bytes.baseAddress {
            UnsafeMutableRawPointer(start).copyMemory(from: source, byteCount: bytes.count)
        }
        scratchUsed += bytes.count
        return start
    }

    private func note(_ code: Int32) {
        if code != SQLITE_OK { bindingFailure = code }
    }
}

// Columns of the row that `step` went to.
extension Statement {
    /// Tells whether a column is null.
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// A whole number; 0 when it is null.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A whole number; nil when it is null.
    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// A text; empty when it is null.
    func text(_ column: Int32) -> String { String(decoding: textBytes(column), as: UTF8.self) }

    /// A text; nil when it is null.
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The bytes of a text, which are valid until the next step.
    func textBytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_text(handle, column)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// The bytes of a blob, which are valid until the next step.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// A moment; nil when it is null.
    func time(_ column: Int32) -> Timestamp? {
        optionalInteger(column).map { Timestamp(microseconds: $0) }
    }

    /// A position.
    func position(_ column: Int32) -> EventLogPosition { EventLogPosition(integer(column)) }

    /// A job's id.
    ///
    /// - Throws: `StoreError` with the code `corrupt` when it is none.
    func job(_ column: Int32) throws(StoreError) -> JobID {
        guard let job = JobID(utf8: textBytes(column)) else { throw damaged("a job's id is no UUID") }
        return job
    }

    /// The SHA-256 in a blob.
    ///
    /// - Throws: `StoreError` with the code `corrupt` when it does not have 32 bytes.
    func sum(_ column: Int32) throws(StoreError) -> SHA256Sum {
        guard let sum = SHA256Sum(blob(column)) else { throw damaged("a hash does not have 32 bytes") }
        return sum
    }

    /// Describes a value that cannot stand where it stands.
    func damaged(_ reason: String, file: String = #fileID, line: Int = #line) -> StoreError {
        StoreError(.corrupt, operation: operation, reason: reason, file: file, line: line)
    }

    /// The number of columns.
    var columnCount: Int32 { sqlite3_column_count(handle) }

    /// The name of a column.
    func columnName(_ column: Int32) -> String {
        sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
    }

    /// Whatever stands in a column.
    func value(_ column: Int32) -> ColumnValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(Array(blob(column)))
        case SQLITE_FLOAT: .text("a number with a fraction")
        default: .null
        }
    }
}

/// A value of any type, in the order in which SQLite sorts them.
enum ColumnValue: Hashable, Comparable, CustomStringConvertible {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// The value as SQL writes it, cut where it is long.
    var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .text(let value):
            value.count > 120 ? "'\(value.prefix(120))...'" : "'\(value)'"
        case .blob(let bytes): "a blob of \(bytes.count) bytes"
        }
    }

    /// Null comes first, then numbers, texts by their bytes, blobs.
    static func < (left: ColumnValue, right: ColumnValue) -> Bool {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.blob(let left), .blob(let right)): left.lexicographicallyPrecedes(right)
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .blob: 3
        }
    }
}
