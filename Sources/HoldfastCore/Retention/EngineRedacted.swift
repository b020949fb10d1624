/// Records that the values of an ended job were taken out of its events: whatever a person or a program gave or said (P10).
///
/// The events stay where they are, with their kinds, moments, actors and hashes. What they hold cannot be folded any more, so
/// this event holds what is left of the fold.
public struct EngineRedacted: Hashable, Sendable {
    /// What is left of the job: `JobState.redacted` of its last state.
    public var state: JobState
    /// Where its first event stands.
    public var first: EventLogPosition
    /// Where its last event stands.
    public var last: EventLogPosition
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(state: JobState, first: EventLogPosition, last: EventLogPosition, reason: String? = nil) {
        self.state = state
        self.first = first
        self.last = last
        self.reason = reason
    }
}

extension JobState {
    /// What stays when the values of a job are redacted: its kind, its queue, its times, its numbers, and how it ended; nil while
    /// it has not ended.
    ///
    /// Its key, owner, tags, limit key, trace, messages and reasons go, and what it was begun or forked from.
    public var redacted: JobState? {
        guard let phase = phase.redacted else { return nil }
        let origin = JobOrigin(
            kind: origin.kind, handlerVersion: origin.handlerVersion, queue: origin.queue, key: nil,
            owner: nil,
            tags: [], retry: origin.retry, enqueuedAt: origin.enqueuedAt, isEncrypted: origin.isEncrypted)
        return JobState(
            id: id, origin: origin, costs: costs, version: version, priority: priority, life: life,
            attempt: attempt, firstAttemptOfLife: firstAttemptOfLife, crashes: crashes,
            recordedSteps: recordedSteps, stepFailures: stepFailures, progress: nil, lastFailure: nil,
            startedAt: startedAt, phase: phase, phasePosition: phasePosition, isRedacted: true)
    }
}

extension JobPhase {
    fileprivate var redacted: JobPhase? {
        switch self {
        case .completed: self
        case .failed(let at, _, let cause):
            .failed(at: at, failure: JobFailure(type: "redacted", message: "redacted"), cause: cause)
        case .cancelled(let at, let actor, _): .cancelled(at: at, by: actor, reason: nil)
        case .scheduled, .queued, .running, .waiting, .paused: nil
        }
    }
}
