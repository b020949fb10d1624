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
    /// How often steps threw in the attempt that runs or runs next.
    public internal(set) var stepFailures: Int
    /// What the job has spent, and how much it may spend.
    public internal(set) var costs: JobCosts
    /// How far the handler last said that it has come.
    public internal(set) var progress: Progress?
    /// What the last failed attempt said.
    public internal(set) var lastFailure: JobFailure?
    /// When the job first started to run.
    public internal(set) var startedAt: Timestamp?
    /// What it waited for so far, and which children go on.
    public internal(set) var waits: JobWaits
    /// Where it stands.
    public internal(set) var phase: JobPhase
    /// The position of the event that brought it into the state of that name.
    public internal(set) var phasePosition: EventLogPosition
    /// Whether the values of its events were redacted: then it stays as it is for ever.
    public internal(set) var isRedacted: Bool

    /// When the engine has to look at the job: at its due time, or when it must have stopped; nil for never.
    public var dueAt: Timestamp? {
        switch phase {
        case .scheduled(let until): until
        case .running(let running): running.deadline
        case .queued, .waiting, .paused, .completed, .failed, .cancelled: nil
        }
    }

    /// Whether results of another job may be given to it: only before it ever ran.
    var mayReuseSteps: Bool { startedAt == nil && !phase.name.isEnded }

    /// Puts the values together, such as those read back from the store.
    package init(
        id: JobID, origin: JobOrigin, costs: JobCosts = JobCosts(budget: nil), version: Int64,
        priority: JobPriority, life: Int, attempt: Int,
        firstAttemptOfLife: Int, crashes: Int, recordedSteps: Int, stepFailures: Int = 0, progress: Progress?,
        lastFailure: JobFailure?, startedAt: Timestamp?, waits: JobWaits = JobWaits(), phase: JobPhase,
        phasePosition: EventLogPosition, isRedacted: Bool = false
    ) {
        self.waits = waits
        self.id = id
        self.origin = origin
        self.costs = costs
        self.version = version
        self.priority = priority
        self.life = life
        self.attempt = attempt
        self.firstAttemptOfLife = firstAttemptOfLife
        self.crashes = crashes
        self.recordedSteps = recordedSteps
        self.stepFailures = stepFailures
        self.progress = progress
        self.lastFailure = lastFailure
        self.startedAt = startedAt
        self.phase = phase
        self.phasePosition = phasePosition
        self.isRedacted = isRedacted
    }
}

/// What a job was enqueued with and keeps for ever, without the input, which stays in the log.
///
/// All copies share one storage: states are copied with each event, and this is most of a state and never changes.
public struct JobOrigin: Hashable, Sendable {
    private struct Values: Hashable, Sendable {
        let kind: JobKind
        let handlerVersion: Int
        let queue: QueueName
        let key: JobKey?
        let owner: Owner?
        let tags: [JobTag]
        let retry: RetryPolicy
        let parent: ParentLink?
        let fork: ForkLink?
        let enqueuedAt: Timestamp
        let debounce: DebounceMark?
        let trace: TraceCarrier?
        let limitKey: LimitKey?
        let isEncrypted: Bool
    }

    private final class Storage: Sendable {
        let values: Values

        init(_ values: Values) { self.values = values }
    }

    private let storage: Storage

    /// What kind of job it is.
    public var kind: JobKind { storage.values.kind }
    /// The version of the input's type.
    public var handlerVersion: Int { storage.values.handlerVersion }
    /// The lane it waits in.
    public var queue: QueueName { storage.values.queue }
    /// Names the piece of work for its owner and kind.
    public var key: JobKey? { storage.values.key }
    /// Who it belongs to.
    public var owner: Owner? { storage.values.owner }
    /// Marks for filters.
    public var tags: [JobTag] { storage.values.tags }
    /// What happens after an attempt failed.
    public var retry: RetryPolicy { storage.values.retry }
    /// The job that began it, and as which of its children.
    public var parent: ParentLink? { storage.values.parent }
    /// The job whose recorded steps it began with.
    public var fork: ForkLink? { storage.values.fork }
    /// When it was enqueued.
    public var enqueuedAt: Timestamp { storage.values.enqueuedAt }
    /// What it keeps of the first of the repeats that it gathers; nil when it gathers none.
    public var debounce: DebounceMark? { storage.values.debounce }
    /// Where the job belongs in a distributed trace; nil where nobody traces.
    public var trace: TraceCarrier? { storage.values.trace }
    /// What the queue's limit per key counts it under.
    public var limitKey: LimitKey? { storage.values.limitKey }
    /// Whether its values are encrypted with a key of its own.
    public var isEncrypted: Bool { storage.values.isEncrypted }

    /// Puts the values together, such as those read back from the store.
    package init(
        kind: JobKind, handlerVersion: Int, queue: QueueName, key: JobKey?, owner: Owner?, tags: [JobTag],
        retry: RetryPolicy, parent: ParentLink? = nil, fork: ForkLink? = nil, enqueuedAt: Timestamp,
        debounce: DebounceMark? = nil, trace: TraceCarrier? = nil, limitKey: LimitKey? = nil,
        isEncrypted: Bool = false
    ) {
        storage = Storage(
            Values(
                kind: kind, handlerVersion: handlerVersion, queue: queue, key: key, owner: owner, tags: tags,
                retry: retry, parent: parent, fork: fork, enqueuedAt: enqueuedAt, debounce: debounce,
                trace: trace, limitKey: limitKey, isEncrypted: isEncrypted))
    }

    /// Compares the values.
    public static func == (left: JobOrigin, right: JobOrigin) -> Bool {
        left.storage === right.storage || left.storage.values == right.storage.values
    }

    /// Feeds the values.
    public func hash(into hasher: inout Hasher) { hasher.combine(storage.values) }
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
