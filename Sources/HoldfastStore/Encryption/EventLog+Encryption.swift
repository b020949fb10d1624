public import HoldfastCore

extension EventLog {
    /// Turns a value into what an event of a job holds, encrypted where the job is.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - job: The job whose key encrypts it; nil for a job whose values are not encrypted.
    ///   - creating: Whether its key is made where there is none.
    /// - Returns: The payload, and the value itself when it has to be kept beside the log.
    /// - Throws: `StoreError.payloadTooLarge` above the limit; `EncryptionFault`; `StoreError`.
    public func payload(
        _ value: JSONText, encryptedFor job: JobID?, creating: Bool = false
    ) async throws -> PreparedPayload {
        guard job != nil else { return try payload(value) }
        return try await read { _ in
            try self.payloadNow(value, encryptedFor: job, creating: creating)
        }
    }

    /// Does the same at once, and blocks the thread while it reads the key.
    package func payloadNow(
        _ value: JSONText, encryptedFor job: JobID?, creating: Bool
    ) throws -> PreparedPayload {
        guard let job else { return try payload(value) }
        try check(value)
        let key = try keys.key(of: job, creating: creating)
        let encrypted = try ValueCipher.encrypt(value, for: job, with: key)
        return prepared(encrypted, digest: key.digest(of: value))
    }

    /// The value of a payload, wherever it is kept.
    ///
    /// - Parameters:
    ///   - payload: What an event of the job holds.
    ///   - isEncrypted: Whether the job that it belongs to has encrypted values.
    /// - Returns: The value in the clear.
    /// - Throws: `EncryptionFault`; `StoreError.corrupt` when the store has lost it.
    public func value(of payload: Payload, isEncrypted: Bool) async throws -> JSONText {
        let value = try await value(of: payload)
        // What the engine says itself, such as null at a deadline, is not encrypted.
        guard isEncrypted, let job = ValueCipher.keyOwner(of: value) else { return value }
        let keys = try keys
        return try await read { _ in
            try ValueCipher.decrypt(value, of: job, with: try keys.key(of: job, creating: false))
        }
    }

    private var keys: any KeyStorage {
        get throws(StoreError) {
            guard let keyed = backend as? any KeyedStorage else {
                throw StoreError(
                    .constraint, operation: "encrypt", reason: "this store has no place for keys")
            }
            return keyed.keys
        }
    }

    /// Makes the key of a job that is to begin, where there never was one.
    package func makeKey(of job: JobID) async throws {
        let keys = try keys
        try await read { _ in _ = try keys.key(of: job, creating: true) }
    }

    /// Tells whether the key of a job can be destroyed: false when that was done before.
    ///
    /// - Throws: `EncryptionFault.keyMissing`; `StoreError`.
    package func hasKey(of job: JobID) async throws -> Bool {
        let keys = try keys
        return try await read { _ in
            do {
                _ = try keys.key(of: job, creating: false)
                return true
            } catch EncryptionFault.keyDestroyed {
                return false
            }
        }
    }

    /// Destroys the key of a job.
    package func destroyKey(of job: JobID) async throws {
        let keys = try keys
        try await read { _ in try keys.destroyKey(of: job) }
    }
}
