import HoldfastCore
import HoldfastStore

extension Connection {
    /// A large value; nil when there is none with this digest.
    func readPayload(_ reference: PayloadReference) throws(StoreError) -> JSONText? {
        let statement = try statement(
            #"SELECT content FROM payloads WHERE sha256 = ?1"#, for: "read a value")
        defer { statement.reset() }
        statement.bind(reference.sha256, at: 1)
        return try statement.step() ? JSONText(unchecked: statement.text(0)) : nil
    }
}
