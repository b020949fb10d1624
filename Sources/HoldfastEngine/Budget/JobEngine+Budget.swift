public import HoldfastCore
import HoldfastStore

extension JobEngine {
    /// Lets a job spend more, and returns once that is durable.
    ///
    /// Safe to repeat: a limit that is in force already changes nothing.
    ///
    /// - Parameters:
    ///   - job: The job, which must not have ended.
    ///   - limit: The new limit, in the unit that the job was enqueued with.
    ///   - resumes: Whether a job that is paused goes on, in the same transaction.
    ///   - actor: Who raises it.
    ///   - reason: Why, in words for people.
    /// - Returns: The job as it is then.
    /// - Throws: `JobRejection.noBudget`, `.budgetNotRaised` when the limit in force is higher, `.ended`; `StoreError`.
    @discardableResult
    public func raiseBudget(
        of job: JobID, to limit: CostAmount, resuming resumes: Bool = false, by actor: EventActor,
        reason: String? = nil
    ) async throws -> JobState {
        try await log.write { transaction in
            try transaction.execute(
                .steer(.raiseBudget(to: limit, reason: reason)), on: job, by: actor)
            if resumes { try transaction.execute(.steer(.resume(reason: reason)), on: job, by: actor) }
            guard let state = try transaction.job(job) else { throw JobRejection.unknownJob }
            return state
        }
    }
}
