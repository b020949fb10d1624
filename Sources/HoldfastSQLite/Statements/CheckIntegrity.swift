import HoldfastStore

extension Connection {
    /// Reads the whole file and looks for damage; stops at the first.
    ///
    /// - Throws: `StoreError` with the code `corrupt` and what SQLite found.
    func checkIntegrity() throws(StoreError) {
        let found = try values("PRAGMA quick_check(1)", for: "check the file")
        guard found == ["ok"] else {
            throw StoreError(
                .corrupt, operation: "check the file",
                reason: "the file is damaged; restore a backup (SQLite: \(found.first ?? "no answer"))")
        }
    }
}
