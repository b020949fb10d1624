import HoldfastStore

extension Connection {
    /// A number that is another one after each commit of any other connection, of this process or not.
    ///
    /// https://www.sqlite.org/pragma.html#pragma_data_version
    func readChangeNumber() throws(StoreError) -> Int64 {
        let statement = try statement(#"PRAGMA data_version"#, for: "look for other commits")
        defer { statement.reset() }
        guard try statement.step() else { throw statement.damaged("SQLite gave no data_version") }
        return statement.integer(0)
    }
}
