import HoldfastStore

extension Connection {
    /// Reads the whole file and looks for damage; stops at the first.
    ///
    /// - Throws: `StoreError` with the code `corrupt` and what SQLite found.
    func checkIntegrity() throws(StoreError) {
        guard let first = try damage(.quick, limit: 1).first else { return }
        throw StoreError(
            .corrupt, operation: "check the file",
            reason: "the file is damaged; restore a backup (SQLite: \(first))")
    }

    /// What SQLite finds damaged, at most `limit` sentences.
    func damage(_ depth: FileInspection.Depth, limit: Int) throws(StoreError) -> [String] {
        let check = depth == .quick ? "quick_check" : "integrity_check"
        let found = try values("PRAGMA \(check)(\(limit))", for: "check the file")
        if found == ["ok"] { return [] }
        return found.isEmpty ? ["no answer"] : found
    }
}
