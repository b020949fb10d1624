extension Manifest {
    /// Hashes a finished manifest and returns the SHA-256 in lower-case hexadecimal.
    ///
    /// - Throws: `manifestChanged` when it is not exactly as long as recorded, other
    ///   `InventoryError`s of the output, and whatever `checkCancellation` throws.
    static func hash(of path: String, recorded: Int64, checkCancellation: () throws -> Void) throws -> String
    {
        let file: TreeFile
        do throws(SystemFault) {
            file = try TreeFile(at: path)
        } catch {
            throw InventoryError.output(path, error)
        }
        var hasher = FileHasher()
        switch try hasher.hash(file, checkCancellation: checkCancellation) {
        case .hashed(let entry) where entry.size == recorded:
            return entry.hexadecimal
        case .hashed(let entry):
            throw InventoryError.manifestChanged(path, recorded: recorded, found: entry.size)
        case .unreadable(let warning) where warning.reason == .vanished:
            throw InventoryError.manifestChanged(path, recorded: recorded, found: 0)
        case .unreadable(let warning) where warning.reason == .changedKind:
            throw InventoryError.outputNotRegularFile(path)
        case .unreadable(let warning):
            throw InventoryError.outputFailed(path, code: warning.code)
        }
    }
}
