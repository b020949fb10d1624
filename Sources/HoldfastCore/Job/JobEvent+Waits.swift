// The events of what a job waits for: checkpoints, signals, timers and children.

/// Records that the job gave its worker back until something happens.
///
/// The attempt does not change.
public struct JobWaiting: Hashable, Sendable {
    /// The most reasons that are listed.
    public static let reasonLimit = 64

    /// What the handler waits for, at most `reasonLimit`.
    public var reasons: [WaitReason]
    /// Whether there are more than those listed; then the end of any wait lets the job go on.
    public var hasMore: Bool

    /// Lists reasons, as many as there is room for.
    public init(_ reasons: [WaitReason]) {
        self.reasons = Array(reasons.prefix(JobWaiting.reasonLimit))
        hasMore = reasons.count > JobWaiting.reasonLimit
    }

    /// Puts the event's values together.
    public init(reasons: [WaitReason], hasMore: Bool) {
        self.reasons = reasons
        self.hasMore = hasMore
    }
}

/// Records that what a job waited for happened, so that it may go on.
public struct JobResumed: Hashable, Sendable {
    /// The wait that ended.
    public var wait: WaitKey

    /// Puts the event's values together.
    public init(wait: WaitKey) { self.wait = wait }
}

/// Records that a job asks a person for a decision.
public struct CheckpointOpened: Hashable, Sendable {
    /// Which checkpoint.
    public var checkpoint: WaitKey
    /// What the person should know: any JSON value.
    public var summary: Payload
    /// When it ends by itself; nil for never.
    public var deadline: Timestamp?
    /// What happens then.
    public var onDeadline: DeadlineAction

    /// Puts the event's values together.
    public init(
        checkpoint: WaitKey, summary: Payload = .null, deadline: Timestamp? = nil,
        onDeadline: DeadlineAction = .reject
    ) {
        self.checkpoint = checkpoint
        self.summary = summary
        self.deadline = deadline
        self.onDeadline = onDeadline
    }
}

/// Records a person's decision (P8).
public struct CheckpointDecided: Hashable, Sendable {
    /// Which checkpoint.
    public var checkpoint: WaitKey
    /// What was decided.
    public var choice: CheckpointChoice
    /// Why, in words for people.
    public var reason: String?
    /// What the person gave the handler: any JSON value.
    public var value: Payload

    /// Puts the event's values together.
    public init(checkpoint: WaitKey, choice: CheckpointChoice, reason: String? = nil, value: Payload = .null)
    {
        self.checkpoint = checkpoint
        self.choice = choice
        self.reason = reason
        self.value = value
    }
}

/// Records that nobody decided before the deadline.
public struct CheckpointExpired: Hashable, Sendable {
    /// Which checkpoint.
    public var checkpoint: WaitKey
    /// The deadline; the event is never earlier (P9).
    public var deadline: Timestamp
    /// What follows.
    public var action: DeadlineAction

    /// Puts the event's values together.
    public init(checkpoint: WaitKey, deadline: Timestamp, action: DeadlineAction) {
        self.checkpoint = checkpoint
        self.deadline = deadline
        self.action = action
    }
}

/// Records a decision that came after a different one and changes nothing (P8).
public struct CheckpointRefused: Hashable, Sendable {
    /// Which checkpoint.
    public var checkpoint: WaitKey
    /// What was wanted.
    public var choice: CheckpointChoice
    /// Why, in words for people.
    public var reason: String?
    /// What the checkpoint is.
    public var status: WaitStatus
    /// Where the decision stands that counts.
    public var first: EventLogPosition

    /// Puts the event's values together.
    public init(
        checkpoint: WaitKey, choice: CheckpointChoice, reason: String? = nil, status: WaitStatus,
        first: EventLogPosition
    ) {
        self.checkpoint = checkpoint
        self.choice = choice
        self.reason = reason
        self.status = status
        self.first = first
    }
}

/// Records a fact from outside that was delivered to the job, whether it waits for it or not.
public struct SignalReceived: Hashable, Sendable {
    /// Which of the waits for signals of this name it ends: the first without a signal.
    public var signal: WaitKey
    /// Any JSON value.
    public var payload: Payload
    /// By what a repeated delivery is known; nil when each counts.
    public var request: RequestKey?
    /// The SHA-256 of the payload, in lower-case hexadecimal, where there is a `request`; nil in events of the first
    /// programs.
    public var sha256: String?

    /// Puts the event's values together.
    public init(
        signal: WaitKey, payload: Payload, request: RequestKey? = nil, sha256: String? = nil
    ) {
        self.signal = signal
        self.payload = payload
        self.request = request
        self.sha256 = sha256
    }
}

/// Records that the handler took a signal.
public struct SignalConsumed: Hashable, Sendable {
    /// Which signal.
    public var signal: WaitKey

    /// Puts the event's values together.
    public init(signal: WaitKey) { self.signal = signal }
}

/// Records that a wait ends by itself at a moment.
public struct TimerSet: Hashable, Sendable {
    /// A sleep, or a wait for a signal with a deadline.
    public var wait: WaitKey
    /// The moment.
    public var due: Timestamp

    /// Puts the event's values together.
    public init(wait: WaitKey, due: Timestamp) {
        self.wait = wait
        self.due = due
    }
}

/// Records that a moment was reached.
public struct TimerFired: Hashable, Sendable {
    /// The moment that was waited for.
    ///
    /// The event is never earlier (P9).
    public var due: Timestamp
    /// The wait that ends; nil when it is the due time of the job itself.
    public var wait: WaitKey?

    /// Puts the event's values together.
    public init(due: Timestamp, wait: WaitKey? = nil) {
        self.due = due
        self.wait = wait
    }
}

/// Records that a job began another one, which knows it as its parent.
public struct ChildSpawned: Hashable, Sendable {
    /// Which child.
    public var child: WaitKey
    /// Its id.
    public var job: JobID
    /// What kind of job it is.
    public var kind: JobKind

    /// Puts the event's values together.
    public init(child: WaitKey, job: JobID, kind: JobKind) {
        self.child = child
        self.job = job
        self.kind = kind
    }
}

/// Records that a child ended.
public struct ChildFinished: Hashable, Sendable {
    /// Which child.
    public var child: WaitKey
    /// Its id.
    public var job: JobID
    /// How it ended.
    public var state: JobPhaseName
    /// Where its end stands.
    public var ending: EventLogPosition
    /// Whether an earlier life of the child had ended before.
    public var isRepeated: Bool

    /// Puts the event's values together.
    public init(
        child: WaitKey, job: JobID, state: JobPhaseName, ending: EventLogPosition, isRepeated: Bool = false
    ) {
        self.child = child
        self.job = job
        self.state = state
        self.ending = ending
        self.isRepeated = isRepeated
    }
}
