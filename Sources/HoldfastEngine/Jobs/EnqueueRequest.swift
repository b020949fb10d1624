public import HoldfastCore

/// What a caller may say about a job beside its input.
public struct EnqueueOptions: Hashable, Sendable {
    /// The lane; nil for the kind's own.
    public var queue: QueueName?
    /// Which of the queue's jobs run first.
    public var priority: JobPriority
    /// Names the piece of work: while a job of this owner, kind and key is unfinished, enqueueing returns it.
    public var key: JobKey?
    /// The moment before which the job must not start.
    public var notBefore: Timestamp?
    /// Marks for filters.
    public var tags: [JobTag]
    /// Who the job belongs to.
    public var owner: Owner?
    /// What happens after an attempt failed; nil for the kind's own.
    public var retry: RetryPolicy?

    /// Gathers options.
    public init(
        queue: QueueName? = nil, key: JobKey? = nil, priority: JobPriority = .normal,
        notBefore: Timestamp? = nil,
        tags: [JobTag] = [], owner: Owner? = nil, retry: RetryPolicy? = nil
    ) {
        self.queue = queue
        self.priority = priority
        self.key = key
        self.notBefore = notBefore
        self.tags = tags
        self.owner = owner
        self.retry = retry
    }
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

    /// Describes a job.
    public init(
        kind: JobKind, input: JSONText, handlerVersion: Int = 1, options: EnqueueOptions = EnqueueOptions(),
        acceptsAnyKind: Bool = false
    ) {
        self.kind = kind
        self.input = input
        self.handlerVersion = handlerVersion
        self.options = options
        self.acceptsAnyKind = acceptsAnyKind
    }
}

/// What became of a request to enqueue.
public struct EnqueuedJob: Hashable, Sendable {
    /// The job as it is.
    public let state: JobState
    /// False when an unfinished job of the same owner, kind and key existed already.
    public let isNew: Bool
}

/// Why a request to enqueue was refused.
///
/// Nothing was written.
public enum EnqueueRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// No worker ever announced this kind in this log.
    case unknownKind(JobKind)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .unknownKind(let kind):
            "no worker ever announced jobs of kind \"\(kind)\" here: check the name, start its worker first, or accept any kind"
        }
    }
}
