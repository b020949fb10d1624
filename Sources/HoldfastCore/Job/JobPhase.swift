/// Where a job stands in its life.
///
/// Each case holds exactly what that state has.
///
/// `Docs/Holdfast.docc/JobLifecycle.md` draws the transitions; `JobState+Apply.swift` is the one place that makes them.
public indirect enum JobPhase: Hashable, Sendable {
    /// Waits for its due time: a delay at enqueueing, the wait after a failed attempt, or a snooze.
    /// Can become: queued, paused, cancelled.
    case scheduled(until: Timestamp)
    /// Waits for a worker.
    /// Can become: running, paused, cancelled.
    case queued(since: Timestamp)
    /// A worker holds the lease.
    /// Can become: queued (drain, crash), scheduled (failed attempt, snooze), waiting, paused (asked for, or after
    /// crashes), completed, failed, cancelled.
    case running(RunningPhase)
    /// Waits for something to happen, without a worker.
    /// Can become: queued (it happened), paused, cancelled.
    case waiting(WaitingPhase)
    /// Does not start until somebody resumes it.
    /// Can become: queued, scheduled, cancelled.
    case paused(PausedPhase)
    /// The handler returned.
    /// Can become: queued (a retry opens a new life).
    case completed(at: Timestamp)
    /// No attempt is left.
    /// Can become: queued (a retry opens a new life).
    case failed(at: Timestamp, failure: JobFailure, cause: FailureCause)
    /// Somebody cancelled it.
    /// Can become: queued (a retry opens a new life).
    case cancelled(at: Timestamp, by: EventActor, reason: String?)

    /// The name of the state, as it is stored, sent and filtered by.
    public var name: JobPhaseName {
        switch self {
        case .scheduled: .scheduled
        case .queued: .queued
        case .running: .running
        case .waiting: .waiting
        case .paused: .paused
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}

/// What a running job has.
public struct RunningPhase: Hashable, Sendable {
    /// The lease under which the worker may write.
    public let token: LeaseToken
    /// Who runs it.
    public let worker: WorkerID
    /// The engine instance of the worker.
    public let engine: EngineID
    /// When it was claimed.
    public let since: Timestamp
    /// Who asked it to stop, if anybody did.
    public var cancelRequest: StopRequest?
    /// Who asked it to pause, if anybody did.
    public var pauseRequest: StopRequest?

    /// The moment at which the engine stops the job itself, because its handler was asked to and did not.
    public var deadline: Timestamp? {
        [cancelRequest?.deadline, pauseRequest?.deadline].compactMap(\.self).min()
    }

    /// Puts the values together, such as those read back from the store.
    package init(
        token: LeaseToken, worker: WorkerID, engine: EngineID, since: Timestamp,
        cancelRequest: StopRequest? = nil, pauseRequest: StopRequest? = nil
    ) {
        self.pauseRequest = pauseRequest
        self.token = token
        self.worker = worker
        self.engine = engine
        self.since = since
        self.cancelRequest = cancelRequest
    }
}

/// Who asked a running job to stop or to pause, and why.
public struct StopRequest: Hashable, Sendable {
    /// Who asked first.
    public let actor: EventActor
    /// Why, in words for people.
    public let reason: String?
    /// When.
    public let at: Timestamp
    /// When the engine does it itself; nil for never.
    public let deadline: Timestamp?

    /// Puts the values together, such as those read back from the store.
    package init(actor: EventActor, reason: String?, at: Timestamp, deadline: Timestamp? = nil) {
        self.actor = actor
        self.reason = reason
        self.at = at
        self.deadline = deadline
    }
}

/// What a waiting job has.
public struct WaitingPhase: Hashable, Sendable {
    /// Since when it waits.
    public let since: Timestamp
    /// What for, at most `JobWaiting.reasonLimit` reasons.
    public let reasons: [WaitReason]
    /// Whether there are more than those.
    public let hasMore: Bool

    /// Puts the values together, such as those read back from the store.
    package init(since: Timestamp, reasons: [WaitReason], hasMore: Bool) {
        self.since = since
        self.reasons = reasons
        self.hasMore = hasMore
    }
}

/// What a paused job has.
public struct PausedPhase: Hashable, Sendable {
    /// When it was paused.
    public let at: Timestamp
    /// Who paused it.
    public let actor: EventActor
    /// Why, in words for people.
    public let reason: String?
    /// The due time that it had and goes back to; nil when it was ready to run.
    public let due: Timestamp?

    /// Puts the values together, such as those read back from the store.
    package init(
        at: Timestamp, actor: EventActor, reason: String?, due: Timestamp?
    ) {
        self.at = at
        self.actor = actor
        self.reason = reason
        self.due = due
    }
}

extension JobState {
    /// When the current life ended; nil while it goes on.
    package var finishedAt: Timestamp? {
        switch phase {
        case .completed(let at), .failed(let at, _, _), .cancelled(let at, _, _): at
        case .scheduled, .queued, .running, .waiting, .paused: nil
        }
    }
}

/// The name of a state.
public enum JobPhaseName: String, Hashable, Sendable, CaseIterable {
    case scheduled, queued, running, waiting, paused, completed, failed, cancelled

    /// Tells whether a life ends in this state.
    public var isEnded: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .scheduled, .queued, .running, .waiting, .paused: false
        }
    }
}
