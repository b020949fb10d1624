public import HoldfastCore

extension LogTransaction {
    /// Records that the key of a job that has ended is destroyed, which is done once the record is durable.
    ///
    /// - Throws: `RedactionRefusal`; `JobRejection.unknownJob`, `.notEncrypted`; `StoreError`.
    package func noteKeyDestroyed(of job: JobID, reason: String?, by actor: EventActor) throws {
        guard let state = try self.job(job) else { throw JobRejection.unknownJob }
        guard state.origin.isEncrypted else { throw JobRejection.notEncrypted }
        if let refusal = try redactionRefusal(of: state) { throw refusal }
        record(.keyDestroyed(KeyDestroyed(job: job, reason: reason)), by: actor)
    }
}
