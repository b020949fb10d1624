// The `job.` events: what happens to a job as a whole.

/// Records that a job was accepted, with everything that it will need.
///
/// Begins every job's stream.
public struct JobEnqueued: Hashable, Sendable {
    /// What kind of job it is.
    public var kind: JobKind
    /// The version of the input's type, as its author declared it, from 1.
    public var handlerVersion: Int
    /// The lane it waits in.
    public var queue: QueueName
    /// Which of the queue's jobs run first.
    public var priority: JobPriority
    /// The input of the handler.
    public var input: Payload
    /// The moment before which it must not start; nil for at once.
    public var notBefore: Timestamp?
    /// Names the piece of work for its owner and kind; nil when any number may run.
    public var key: JobKey?
    /// Who it belongs to.
    public var owner: Owner?
    /// Marks for filters, in the order given.
    public var tags: [JobTag]
    /// What happens after an attempt failed.
    public var retry: RetryPolicy
    /// What a job that gathers repeats keeps of the first of them; nil for all others.
    public var debounce: DebounceMark?

    /// Puts the event's values together.
    public init(
        kind: JobKind, handlerVersion: Int = 1, queue: QueueName = .default,
        priority: JobPriority =
            .normal, input: Payload, notBefore: Timestamp? = nil, key: JobKey? = nil, owner: Owner? = nil,
        tags:
            [JobTag] = [], retry: RetryPolicy = .standard, debounce: DebounceMark? = nil
    ) {
        self.kind = kind
        self.handlerVersion = handlerVersion
        self.queue = queue
        self.priority = priority
        self.input = input
        self.notBefore = notBefore
        self.key = key
        self.owner = owner
        self.tags = tags
        self.retry = retry
        self.debounce = debounce
    }
}

/// Records a claim: a worker holds the job's lease from now on.
///
/// The event's position is the lease token.
public struct JobStarted: Hashable, Sendable {
    /// The worker that runs the job.
    public var worker: WorkerID
    /// The engine instance whose lock file proves that it lives.
    public var engine: EngineID

    /// Puts the event's values together.
    public init(worker: WorkerID, engine: EngineID) {
        self.worker = worker
        self.engine = engine
    }
}

/// Records that the job will not start again before somebody lets it.
public struct JobPaused: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// Records that a paused job may run again.
public struct JobUnpaused: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// Records that a running job was asked to stop.
public struct JobCancelRequested: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// Ends a life: the job was cancelled.
public struct JobCancelled: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}

/// Records that an attempt ended with an error and that another one will follow.
public struct JobAttemptFailed: Hashable, Sendable {
    /// What went wrong.
    public var failure: JobFailure
    /// When the next attempt is due.
    public var retryAt: Timestamp

    /// Puts the event's values together.
    public init(failure: JobFailure, retryAt: Timestamp) {
        self.failure = failure
        self.retryAt = retryAt
    }
}

/// Records a new due time that its handler or a person asked for.
///
/// The attempt does not change.
public struct JobRescheduled: Hashable, Sendable {
    /// When the job is due.
    public var until: Timestamp
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(until: Timestamp, reason: String? = nil) {
        self.until = until
        self.reason = reason
    }
}

/// Ends a life: the handler returned.
public struct JobCompleted: Hashable, Sendable {
    /// What it returned.
    public var output: Payload

    /// Puts the event's values together.
    public init(output: Payload) {
        self.output = output
    }
}

/// Ends a life: no attempt is left, or the error is of a kind that is not retried.
public struct JobFailed: Hashable, Sendable {
    /// What went wrong last.
    public var failure: JobFailure
    /// Why there is no further attempt.
    public var cause: FailureCause

    /// Puts the event's values together.
    public init(failure: JobFailure, cause: FailureCause) {
        self.failure = failure
        self.cause = cause
    }
}

/// Opens a new life of an ended job; recorded steps are kept.
public struct JobRetried: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(reason: String? = nil) {
        self.reason = reason
    }
}
