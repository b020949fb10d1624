public import HoldfastCore

/// Why a job is not redacted.
public enum RedactionRefusal: String, Error, Hashable, Sendable, CustomStringConvertible {
    /// It has not ended.
    case unfinished
    /// The job that began it goes on, and may ask for its result.
    case awaited

    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .unfinished: "the job has not ended, and only what has ended can be redacted; cancel it first"
        case .awaited:
            "the job that began it has not ended and may ask for its result; redact it when that one has ended"
        }
    }
}

extension RedactionRefusal {
    /// Finds out why the values of a job may not go yet.
    ///
    /// - Parameters:
    ///   - state: The job.
    ///   - job: Finds another one.
    /// - Throws: What `job` throws.
    package init?<Failure: Error>(
        of state: JobState, job: (JobID) throws(Failure) -> JobState?
    ) throws(Failure) {
        switch try PruneRefusal(of: state, job: job) {
        case nil: return nil
        case .awaited: self = .awaited
        case .some: self = .unfinished
        }
    }
}

extension LogTransaction {
    /// Takes what a person or a program gave or said out of all events of a job that has ended, and records that (P10).
    ///
    /// The events stay, with their kinds, moments, actors and hashes, so that the chain goes on to prove them. All of it is done
    /// in this transaction: a million events take it some seconds.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - reason: Why, for the record.
    ///   - actor: Who asks.
    /// - Returns: What is left of it; nothing is recorded when it was redacted before.
    /// - Throws: `RedactionRefusal`, or `JobRejection.pruned` or `.unknownJob`, with nothing done. `StoreError`.
    public func redact(_ job: JobID, reason: String?, by actor: EventActor) throws -> JobState {
        guard let state = try self.job(job) else {
            throw try (writer as? any RetainingWriter)?.prunedJob(job) == nil
                ? JobRejection.unknownJob : .pruned
        }
        guard !state.isRedacted else { return state }
        if let refusal = try RedactionRefusal(of: state, job: self.job) { throw refusal }
        guard let left = state.redacted else { throw RedactionRefusal.unfinished }
        // What is not written yet would be written behind the redaction.
        try flush()
        guard let span = try writer.span(of: job) else {
            throw StoreError(.corrupt, operation: "redact", reason: "the events of \(job) are missing")
        }
        forget(state)
        record(
            .redacted(EngineRedacted(state: left, first: span.first, last: span.last, reason: reason)),
            by: actor)
        // From here on readers of this transaction see what is left.
        try flush()
        return left
    }
}
