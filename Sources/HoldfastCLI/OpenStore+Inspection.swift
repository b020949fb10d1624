import HoldfastSQLite
import HoldfastStore

extension OpenStore {
    /// Looks into a file without changing it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - isDeep: Whether every index is compared with its table.
    /// - Returns: What it tells of itself.
    /// - Throws: `StoreError`.
    static func inspect(_ path: String, isDeep: Bool) throws(StoreError) -> FileInspection {
        try SQLiteStore.inspect(path, isDeep ? .whole : .quick)
    }
}
