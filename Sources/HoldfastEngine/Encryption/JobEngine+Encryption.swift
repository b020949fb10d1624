public import HoldfastCore
public import HoldfastStore

extension JobEngine {
    /// Destroys the key of a job that has ended, so that nobody can read its values any more: not in the log, and not in any
    /// copy that was ever made of it.
    ///
    /// Its events stay as they are, and so do their hashes. Jobs that were forked from it cannot read any more what they have
    /// of it. Copies of the file with the keys have to be destroyed by whoever made them.
    ///
    /// Safe to repeat.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - reason: Why, for the record.
    ///   - actor: Who asks; nil for this engine.
    /// - Throws: `JobRejection.unknownJob`, `.notEncrypted`; `RedactionRefusal`; `EncryptionFault.keyMissing`; `StoreError`. The record stands before the key
    ///   is destroyed: after a failure do it again.
    public func destroyKey(of job: JobID, reason: String? = nil, by actor: EventActor? = nil) async throws {
        let actor = actor ?? .engine(id)
        let state = try await log.read { try $0.job(job) }
        if let state, !state.origin.isEncrypted { throw JobRejection.notEncrypted }
        let isKnown = try await log.read { reader in
            try state != nil || (reader as? any RetainingReader)?.prunedJob(job) != nil
        }
        guard isKnown else { throw JobRejection.unknownJob }
        // Nothing is recorded that cannot be done.
        guard try await log.hasKey(of: job) else { return }
        try await persist { try $0.noteKeyDestroyed(of: job, reason: reason, by: actor) }
        try await waitingForStore(.write) { try await self.log.destroyKey(of: job) }
    }

    /// Turns a value that comes from outside into what an event of a job holds.
    ///
    /// - Throws: As `EventLog.payload` does.
    func payload(_ value: JSONText, of job: JobID) async throws -> PreparedPayload {
        let isEncrypted = try await log.read { try $0.job(job)?.origin.isEncrypted } ?? false
        return try await log.payload(value, encryptedFor: isEncrypted ? job : nil)
    }
}

/// Nothing changes by trying again.
extension EncryptionFault: PermanentError {}
