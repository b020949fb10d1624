/// What is true of a job after some of its events: the fold of its stream.
///
/// It is bounded: inputs, outputs, step results and logs stay in the log, so that a job with a million steps is as
/// cheap to hold as one with none. `apply` makes it from events; `decide` turns commands into events.
public struct JobState: Hashable, Sendable {
    /// Which job it is.
    public let id: JobID
    /// What the job was enqueued with, without its input.
    public let origin: JobOrigin
    /// The version of the last event that was applied, counted from 1.
    public internal(set) var version: Int64
    /// Which of the queue's jobs run first.
    public internal(set) var priority: JobPriority
    /// How often the job was begun: 1, and one more after each `job.retried`.
    public internal(set) var life: Int
    /// The attempt that runs or runs next, counted from 1 over all lives.
    public internal(set) var attempt: Int
    /// The first attempt of this life.
    public internal(set) var firstAttemptOfLife: Int
    /// Crashes in a row without a newly recorded step in between.
    public internal(set) var crashes: Int
    /// How many steps have a recorded result.
    public internal(set) var recordedSteps: Int
    /// How far the handler last said that it has come.
    public internal(set) var progress: Progress?
    /// What the last failed attempt said.
    public internal(set) var lastFailure: JobFailure?
    /// When the job first started to run.
    public internal(set) var startedAt: Timestamp?
    /// Where it stands.
    public internal(set) var phase: JobPhase

    /// Puts the values together, such as those read back from the store.
    package init(
        id: JobID, origin: JobOrigin, version: Int64, priority: JobPriority, life: Int, attempt: Int,
        firstAttemptOfLife: Int, crashes: Int, recordedSteps: Int, progress: Progress?,
        lastFailure:
            JobFailure?, startedAt: Timestamp?, phase: JobPhase
    ) {
        self.id = id
        self.origin = origin
        self.version = version
        self.priority = priority
        self.life = life
        self.attempt = attempt
        self.firstAttemptOfLife = firstAttemptOfLife
        self.crashes = crashes
        self.recordedSteps = recordedSteps
        self.progress = progress
        self.lastFailure = lastFailure
        self.startedAt = startedAt
        self.phase = phase
    }
}

/// What a job was enqueued with and keeps for ever, without the input, which stays in the log.
public struct JobOrigin: Hashable, Sendable {
    /// What kind of job it is.
    public let kind: JobKind
    /// The version of the input's type.
    public let handlerVersion: Int
    /// The lane it waits in.
    public let queue: QueueName
    /// Names the piece of work for its owner and kind.
    public let key: JobKey?
    /// Who it belongs to.
    public let owner: Owner?
    /// Marks for filters.
    public let tags: [JobTag]
    /// What happens after an attempt failed.
    public let retry: RetryPolicy
    /// When it was enqueued.
    public let enqueuedAt: Timestamp

    /// Puts the values together, such as those read back from the store.
    package init(
        kind: JobKind, handlerVersion: Int, queue: QueueName, key: JobKey?, owner: Owner?, tags: [JobTag],
        retry: RetryPolicy, enqueuedAt: Timestamp
    ) {
        self.kind = kind
        self.handlerVersion = handlerVersion
        self.queue = queue
        self.key = key
        self.owner = owner
        self.tags = tags
        self.retry = retry
        self.enqueuedAt = enqueuedAt
    }
}

/// An event that cannot follow the ones before it: the log is damaged or the program is wrong, and replay must stop.
public struct IllegalTransition: Error, Hashable, Sendable, CustomStringConvertible {
    /// The event that does not fit.
    public let position: EventLogPosition
    /// The event's kind.
    public let kind: EventKind
    /// What does not fit.
    public let reason: String

    /// One sentence, such as `job.completed at 1042 cannot follow: the job is queued`.
    public var description: String { "\(kind.rawValue) at \(position) cannot follow: \(reason)" }
}
