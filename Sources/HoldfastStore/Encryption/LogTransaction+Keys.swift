public import HoldfastCore

extension LogTransaction {
    /// Records that the key of a job that has ended is destroyed, which is done once the record is durable.
    ///
    /// The job may have been archived or pruned since: its values may be in copies still.
    ///
    /// - Throws: `RedactionRefusal`; `JobRejection.unknownJob`, `.notEncrypted`; `StoreError`.
    package func noteKeyDestroyed(of job: JobID, reason: String?, by actor: EventActor) throws {
        if let state = try self.job(job) {
            guard state.origin.isEncrypted else { throw JobRejection.notEncrypted }
            if let refusal = try RedactionRefusal(of: state, job: self.job) { throw refusal }
        } else if try (writer as? any RetainingWriter)?.prunedJob(job) == nil {
            throw JobRejection.unknownJob
        }
        record(.keyDestroyed(KeyDestroyed(job: job, reason: reason)), by: actor)
    }
}
