public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Takes what a person or a program gave or said out of all events of a job that has ended: its input, its output, its
    /// steps' results, its messages, its names and its files (P10).
    ///
    /// Its events stay with their kinds, moments, actors and hashes, and the log goes on to prove them. The job stays as it is
    /// for ever: it is not begun again and nothing is forked from it. Other jobs keep what they have of it, such as those that
    /// were forked from it. Traces in the file go with `scrub`.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - reason: Why, for the record; it stays.
    ///   - actor: Who asks; nil for this engine.
    /// - Returns: What is left of it.
    /// - Throws: `RedactionRefusal` with nothing done; `JobRejection.unknownJob`, `.pruned`; `StoreError`.
    @discardableResult
    public func redact(
        _ job: JobID, reason: String? = nil, by actor: EventActor? = nil
    ) async throws -> JobState {
        let actor = actor ?? .engine(id)
        return try await persist { transaction in
            try transaction.redact(job, reason: reason, by: actor)
        }
    }

    /// Writes the file anew, so that nothing is left in it of what was deleted, pruned or redacted.
    ///
    /// Whoever writes waits until it is done, about a second for each 200 MB; readers do not.
    ///
    /// - Returns: False when a reader stood in the way of the last part for some seconds: do it again.
    /// - Throws: `StoreError`.
    public func scrub() async throws -> Bool {
        for _ in 0..<3 {
            if try await waitingForStore(.write, { try await self.log.scrub() }) { return true }
        }
        return false
    }
}
