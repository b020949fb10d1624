import HoldfastStore

extension Connection {
    /// Gives the log another random identity, so that nobody takes it for the one it was copied from.
    func renewIdentity() throws(StoreError) {
        try execute(
            #"UPDATE log_identity SET identity = lower(hex(randomblob(16))) WHERE one = 1"#,
            for: "renew the log's identity")
    }
}
