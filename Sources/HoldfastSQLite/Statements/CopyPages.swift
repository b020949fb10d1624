import CSQLite
import HoldfastStore

extension Connection {
    /// How many pages are copied at once.
    private static var copiedAtOnce: Int32 { 256 }

    /// Copies all pages of this file into another, empty one.
    ///
    /// While this connection is in a read transaction the pages are those of its moment, and commits of others do not
    /// begin the copy anew (https://www.sqlite.org/backup.html): the copy leaves that transaction as it is.
    ///
    /// - Parameters:
    ///   - target: A connection to an empty file that nobody else uses.
    ///   - progress: Is told after each piece how many pages are copied, and how many there are.
    /// - Throws: `StoreError`, `full` when there is no room for the copy; what `progress` throws.
    func copyPages(to target: Connection, progress: (_ copied: Int64, _ total: Int64) throws -> Void) throws {
        let operation = "copy the file"
        guard let copy = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw StoreError(
                result: sqlite3_extended_errcode(target.handle), of: target.handle, operation: operation)
        }
        defer { sqlite3_backup_finish(copy) }
        while true {
            let code = sqlite3_backup_step(copy, Connection.copiedAtOnce)
            let total = Int64(sqlite3_backup_pagecount(copy))
            switch code {
            case SQLITE_DONE: return try progress(total, total)
            case SQLITE_OK: try progress(total - Int64(sqlite3_backup_remaining(copy)), total)
            // The words for it are kept at neither connection before the end.
            default: throw StoreError(result: code, of: nil, operation: operation)
            }
        }
    }

    /// The size of a page in bytes.
    func readPageSize() throws(StoreError) -> Int64 {
        try values("PRAGMA page_size", for: "copy the file").first.flatMap { Int64($0) } ?? 4096
    }

    /// Makes the writes of a copy that nobody sees before it is whole as cheap as they can be.
    func neglectDurability() throws(StoreError) {
        try execute("PRAGMA journal_mode = OFF", for: "copy the file")
        try execute("PRAGMA synchronous = OFF", for: "copy the file")
    }
}
