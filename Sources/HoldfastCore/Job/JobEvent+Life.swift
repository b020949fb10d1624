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
    /// The job that began it, and as which of its children; nil for a job that was begun from outside.
    public var parent: ParentLink?
    /// The job whose recorded steps it begins with; nil for a job that begins with none.
    public var fork: ForkLink?
    /// Where the job belongs in a distributed trace; nil where nobody traces.
    public var trace: TraceCarrier?
    /// What the queue's limit per key counts it under; nil when that limit does not concern it.
    public var limitKey: LimitKey?
    /// Whether its values are encrypted with a key of its own.
    public var isEncrypted: Bool
    /// What it may spend; nil for anything.
    public var budget: JobBudget?

    /// Puts the event's values together.
    public init(
        kind: JobKind, handlerVersion: Int = 1, queue: QueueName = .default,
        priority: JobPriority = .normal, input: Payload, notBefore: Timestamp? = nil, key: JobKey? = nil,
        owner: Owner? = nil, tags: [JobTag] = [], retry: RetryPolicy = .standard,
        debounce: DebounceMark? = nil, budget: JobBudget? = nil,
        parent: ParentLink? = nil, fork: ForkLink? = nil, trace: TraceCarrier? = nil,
        limitKey: LimitKey? = nil, isEncrypted: Bool = false
    ) {
        self.isEncrypted = isEncrypted
        self.parent = parent
        self.fork = fork
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
        self.trace = trace
        self.limitKey = limitKey
        self.budget = budget
    }
}

/// Tells a job which one began it.
public struct ParentLink: Hashable, Sendable {
    /// The job that began it.
    public let job: JobID
    /// Which of its children it is.
    public let child: WaitKey

    /// Names a parent.
    public init(job: JobID, child: WaitKey) {
        self.job = job
        self.child = child
    }
}

/// Tells a job from which one it was made, and from where on it does the work again.
public struct ForkLink: Hashable, Sendable {
    /// The job that it was made from.
    public let job: JobID
    /// The first step that runs again; what was recorded before it began is reused.
    public let step: StepKey

    /// Names an origin.
    public init(job: JobID, step: StepKey) {
        self.job = job
        self.step = step
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
///
/// While it runs it is a request: the worker gives way at its next durable call, at the latest at the deadline.
public struct JobPaused: Hashable, Sendable {
    /// Why, in words for people.
    public var reason: String?
    /// Until when the running step may go on; nil for a job that does not run.
    public var deadline: Timestamp?

    /// Puts the event's values together.
    public init(reason: String? = nil, deadline: Timestamp? = nil) {
        self.reason = reason
        self.deadline = deadline
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
    /// When the job ends as cancelled whatever its handler does; nil for never.
    public var deadline: Timestamp?

    /// Puts the event's values together.
    public init(reason: String? = nil, deadline: Timestamp? = nil) {
        self.reason = reason
        self.deadline = deadline
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

/// Records that the job goes before or behind others from now on.
public struct JobReprioritised: Hashable, Sendable {
    /// Which of the queue's jobs run first.
    public var priority: JobPriority
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(priority: JobPriority, reason: String? = nil) {
        self.priority = priority
        self.reason = reason
    }
}

/// Records that another job was made from this one.
public struct JobForked: Hashable, Sendable {
    /// The new job.
    public var job: JobID
    /// The first step that it runs again.
    public var step: StepKey
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(job: JobID, step: StepKey, reason: String? = nil) {
        self.job = job
        self.step = step
        self.reason = reason
    }
}
