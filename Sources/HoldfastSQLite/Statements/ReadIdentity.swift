import HoldfastStore

extension Connection {
    /// The random identity of the log.
    func readIdentity() throws(StoreError) -> String {
        let statement = try statement(
            #"SELECT identity FROM log_identity WHERE one = 1"#, for: "read the log's identity")
        defer { statement.reset() }
        guard try statement.step() else { throw statement.damaged("the log has no identity") }
        return statement.text(0)
    }
}
