public import HoldfastCore
import HoldfastStore

/// What a caller may say about a job beside its input.
public struct EnqueueOptions: Hashable, Sendable {
    /// The lane; nil for the kind's own.
    public var queue: QueueName?
    /// Which of the queue's jobs run first.
    public var priority: JobPriority
    /// Names the piece of work for its owner and kind; what that means is said by `unique` and `debounce`.
    public var key: JobKey?
    /// For how long a job keeps the key, and what happens to a request that meets it.
    ///
    /// Where nothing is said, an unfinished job of the key is given back.
    public var unique: Uniqueness
    /// Gathers repeats under the key into one job that starts once they stop.
    public var debounce: Debounce?
    /// The moment before which the job must not start.
    public var notBefore: Timestamp?
    /// Marks for filters.
    public var tags: [JobTag]
    /// Who the job belongs to.
    public var owner: Owner?
    /// What happens after an attempt failed; nil for the kind's own.
    public var retry: RetryPolicy?
    /// Where the job belongs in a distributed trace; nil for where the caller is, if the engine has a tracer.
    public var trace: TraceCarrier?
    /// What the queue's limit per key counts the job under, such as a customer; nil when it is not to be limited so.
    public var limitKey: LimitKey?
    /// What the job may spend; nil for anything.
    public var budget: JobBudget?
    /// Whether the job's values are encrypted with a key of its own, which can be destroyed; files, names, messages and progress
    /// are not.
    public var isEncrypted: Bool

    /// Gathers options.
    public init(
        queue: QueueName? = nil, key: JobKey? = nil, priority: JobPriority = .normal,
        notBefore: Timestamp? = nil,
        tags: [JobTag] = [], owner: Owner? = nil, retry: RetryPolicy? = nil, budget: JobBudget? = nil,
        unique: Uniqueness = .whileUnfinished, debounce: Debounce? = nil, limitKey: LimitKey? = nil,
        isEncrypted: Bool = false
    ) {
        self.isEncrypted = isEncrypted
        self.queue = queue
        self.priority = priority
        self.key = key
        self.notBefore = notBefore
        self.tags = tags
        self.owner = owner
        self.retry = retry
        self.unique = unique
        self.debounce = debounce
        self.limitKey = limitKey
        self.budget = budget
    }

    var terms: EnqueueTerms { EnqueueTerms(unique: unique, debounce: debounce) }
}

/// A job to be enqueued by the name of its kind, as it comes over HTTP or from the command line.
public struct EnqueueRequest: Hashable, Sendable {
    /// What kind of job it is.
    public var kind: JobKind
    /// The input as JSON.
    public var input: JSONText
    /// The version of the input's form.
    public var handlerVersion: Int
    /// What the caller says beside it.
    public var options: EnqueueOptions
    /// Accept the kind although no worker ever announced it in this log.
    public var acceptsAnyKind: Bool
    /// By what the same request is known when it is sent again, which then gets the same job; nil when each counts.
    public var mark: RequestMark?

    /// Describes a job.
    public init(
        kind: JobKind, input: JSONText, handlerVersion: Int = 1, options: EnqueueOptions = EnqueueOptions(),
        acceptsAnyKind: Bool = false, mark: RequestMark? = nil
    ) {
        self.mark = mark
        self.kind = kind
        self.input = input
        self.handlerVersion = handlerVersion
        self.options = options
        self.acceptsAnyKind = acceptsAnyKind
    }

    /// The same request under a name, by which it is known when it is sent again.
    ///
    /// Another kind, input or option makes another request of it, but for the moment before which the job must not
    /// start: that may be reckoned from now.
    public func marked(_ id: RequestKey) -> EnqueueRequest {
        var content = event(input: .inline(input))
        content.notBefore = nil
        content.trace = nil
        var request = self
        request.mark = RequestMark(
            id: id, content: EventCodec.encode(.job(.enqueued(content))).text.utf8)
        return request
    }
}

/// What became of a request to enqueue.
public struct EnqueuedJob: Hashable, Sendable {
    /// The job as it is.
    public let state: JobState
    /// False when the job that keeps the key was given back, or the one that the same request got before.
    public let isNew: Bool
    /// The job that was cancelled to make room; nil when none was.
    public let replaced: JobID?

    /// Puts the values together, such as those that a server answered.
    package init(state: JobState, isNew: Bool, replaced: JobID?) {
        self.state = state
        self.isNew = isNew
        self.replaced = replaced
    }
}
