public import HoldfastCore

/// One of the facts that tell why a job is where it is.
///
/// What is there beside the code depends on the code; the page *Operating* lists it.
public struct StandingReason: Hashable, Sendable {
    /// What kind of fact it is: the word that programs compare.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        // The life is over; the values are gone, so that none can follow.
        case completed, failed, cancelled, redacted
        // Somebody or something has to let it go on.
        case paused, crashed
        case budgetExhausted = "budget_exhausted"
        // It has a due time.
        case due, delayed, debounced, snoozed, rescheduled
        case awaitsRetry = "awaits_retry"
        // It waits for something to happen.
        case checkpoint, signal, timer, child, children
        // It runs.
        case running, cancelling, pausing, step
        case leaseLost = "lease_lost"
        case stepAwaitsRetry = "step_awaits_retry"
        // What stands between it and a worker.
        case queuePaused = "queue_paused"
        case unknownKind = "unknown_kind"
        case noWorker = "no_worker"
        case unserved
        case queueFull = "queue_full"
        case keyFull = "key_full"
        case rateLimited = "rate_limited"
        case behind, ready
    }

    /// What kind of fact it is.
    public let code: Code
    /// Since when it is so.
    public var since: Timestamp?
    /// When it changes by itself.
    public var until: Timestamp?
    /// When the job was last heard of.
    public var seenAt: Timestamp?
    /// Who wanted it.
    public var actor: EventActor?
    /// Why, in the words of whoever wanted it.
    public var reason: String?
    /// What went wrong.
    public var failure: JobFailure?
    /// Why there is no further attempt.
    public var cause: FailureCause?
    /// The attempt that it is about, counted from 1 in this life.
    public var attempt: Int?
    /// How many attempts a life has.
    public var attempts: Int?
    /// The step that it is about.
    public var step: StepKey?
    /// What is waited for.
    public var wait: WaitKey?
    /// The name of the children that are waited for.
    public var group: WaitName?
    /// What happens to the checkpoint at `until`.
    public var onDeadline: DeadlineAction?
    /// Who runs the job, or would.
    public var worker: WorkerID?
    /// The engine instance of the worker.
    public var engine: EngineID?
    /// How far the handler said that it has come.
    public var progress: Progress?
    /// The jobs that it is about, at most `StandingReason.jobLimit`.
    public var jobs: [StandingJob] = []
    /// How many there are: jobs ahead, jobs that hold places, crashes, failures of a step, children that go on.
    public var count: Int?
    /// Whether there may be more than `count`, because nobody counted further.
    public var isAtLeast = false
    /// How many are allowed.
    public var limit: Int?
    /// The limit key of which so many jobs run.
    public var key: LimitKey?
    /// How many jobs of the queue start within a window of time.
    public var rate: QueueRate?
    /// What the job may spend.
    public var budget: JobBudget?
    /// What it has spent of that.
    public var spent: CostAmount?
    /// Kinds that somebody takes; at most `StandingReason.jobLimit`.
    public var kinds: [JobKind] = []
    /// Queues from which somebody takes the kind; at most `StandingReason.jobLimit`.
    public var queues: [QueueName] = []

    /// How many jobs, kinds and queues a reason names at most.
    public static let jobLimit = 20

    /// Begins a reason.
    public init(_ code: Code, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.code = code
        self.since = since
        self.until = until
    }

    /// Begins a reason, and fills it in.
    init(
        _ code: Code, since: Timestamp? = nil, until: Timestamp? = nil, _ fill: (inout StandingReason) -> Void
    ) {
        self.init(code, since: since, until: until)
        fill(&self)
    }
}

extension StandingReason.Code {
    /// Whether it is about what stands between a job and a worker, and so about others.
    var isOfLane: Bool {
        switch self {
        case .queuePaused, .unknownKind, .noWorker, .unserved, .queueFull, .keyFull, .rateLimited, .behind,
            .ready:
            true
        case .completed, .failed, .cancelled, .redacted, .paused, .crashed, .budgetExhausted, .due, .delayed,
            .debounced,
            .snoozed, .rescheduled, .awaitsRetry, .checkpoint, .signal, .timer, .child, .children, .running,
            .cancelling, .pausing, .step, .leaseLost, .stepAwaitsRetry:
            false
        }
    }
}

extension StandingReason {
    /// The same without names of others.
    var withoutOthers: StandingReason {
        var copy = self
        (copy.actor, copy.reason, copy.worker) = (nil, nil, nil)
        (copy.jobs, copy.kinds, copy.queues) = ([], [], [])
        return copy
    }
}

/// A job that another one's standing has to do with.
public struct StandingJob: Hashable, Sendable {
    /// Which job it is.
    public let id: JobID
    /// Its state.
    public let state: JobPhaseName

    /// Puts both together.
    public init(id: JobID, state: JobPhaseName) {
        self.id = id
        self.state = state
    }
}
