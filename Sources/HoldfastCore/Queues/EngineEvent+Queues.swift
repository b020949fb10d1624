// The `queue.` events.

/// Records what a queue allows from now on; it replaces everything that was configured before.
public struct QueueConfigured: Hashable, Sendable {
    /// The lane.
    public var queue: QueueName
    /// What it allows.
    public var limits: QueueLimits

    /// Puts the event's values together.
    public init(queue: QueueName, limits: QueueLimits) {
        self.queue = queue
        self.limits = limits
    }
}

/// Records that a queue starts no jobs until it is resumed; jobs that run go on.
public struct QueuePaused: Hashable, Sendable {
    /// The lane.
    public var queue: QueueName
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(queue: QueueName, reason: String? = nil) {
        self.queue = queue
        self.reason = reason
    }
}

/// Records that a paused queue starts jobs again.
public struct QueueResumed: Hashable, Sendable {
    /// The lane.
    public var queue: QueueName
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(queue: QueueName, reason: String? = nil) {
        self.queue = queue
        self.reason = reason
    }
}

extension EngineEvent {
    /// The queue that the event is about; nil for all others.
    public var queue: QueueName? {
        switch self {
        case .queueConfigured(let event): event.queue
        case .queuePaused(let event): event.queue
        case .queueResumed(let event): event.queue
        case .workerJoined, .workerLeft, .schedule, .bulk, .requestAnswered, .pruned, .archived, .redacted,
            .keyDestroyed, .jobImported,
            .logRestored, .configured:
            nil
        }
    }
}
