import HoldfastCore
import HoldfastStore

extension Connection {
    /// Keeps large values.
    ///
    /// One that is there already stays as it is: equal digests mean equal values.
    func keepPayloads(_ payloads: [PayloadReference: JSONText]) throws(StoreError) {
        for (reference, value) in payloads {
            let insert = try statement(
                #"""
                INSERT INTO payloads (sha256, bytes, content) VALUES (?1, ?2, ?3)
                ON CONFLICT (sha256) DO NOTHING
                """#, for: "keep a value")
            insert.bind(reference.sha256, at: 1)
            insert.bind(reference.bytes, at: 2)
            insert.bind(value.text, at: 3)
            try insert.run()
        }
    }
}
