public import HoldfastCore

/// Keeps a key for each job whose values are encrypted, apart from the log: a copy of the log holds no key.
public protocol KeyStorage: Sendable {
    /// The key of a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - creating: Whether one is made, durably, where there never was one.
    /// - Returns: The key.
    /// - Throws: `EncryptionFault.keyDestroyed`, `.keyMissing`; `StoreError`.
    func key(of job: JobID, creating: Bool) throws -> EncryptionKey
    /// Destroys the key of a job, durably, and leaves a mark that there was one; nothing happens where there is none.
    func destroyKey(of job: JobID) throws(StoreError)
}

/// A store with a place for keys.
public protocol KeyedStorage: StorageBackend {
    /// Where the keys are.
    var keys: any KeyStorage { get }
}
