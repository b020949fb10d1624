/// What is true of a queue that was configured or paused: the fold of its events, and of the starts of its jobs.
///
/// A queue that nobody ever configured or paused has none, and costs nothing.
public struct QueueState: Hashable, Sendable {
    /// The lane.
    public let name: QueueName
    /// What it allows.
    public internal(set) var limits: QueueLimits
    /// Who paused it; nil while it starts jobs.
    public internal(set) var pause: QueuePause?
    /// The start that is due in theory under its rate; nil while it has none or nothing started yet.
    public internal(set) var rateDue: Timestamp?

    /// Puts the values together, such as those read back from the store.
    public init(
        name: QueueName, limits: QueueLimits = .none, pause: QueuePause? = nil, rateDue: Timestamp? = nil
    ) {
        self.name = name
        self.limits = limits
        self.pause = pause
        self.rateDue = rateDue
    }

    /// When the next of its jobs may start by its rate; nil when one may start at `now`.
    public func wait(at now: Timestamp) -> Timestamp? { limits.rate?.wait(due: rateDue, at: now) }
}

/// Who paused a queue, why and since when.
public struct QueuePause: Hashable, Sendable {
    /// Who.
    public let actor: EventActor
    /// Why, in words for people.
    public let reason: String?
    /// Since when.
    public let at: Timestamp

    /// Puts the values together, such as those read back from the store.
    public init(actor: EventActor, reason: String?, at: Timestamp) {
        self.actor = actor
        self.reason = reason
        self.at = at
    }
}

/// What a person or program asks of a queue.
///
/// Each is safe to repeat.
public enum QueueCommand: Hashable, Sendable {
    /// Replace what it allows.
    case configure(QueueLimits)
    /// Start none of its jobs.
    case pause(reason: String?)
    /// Start its jobs again.
    case resume(reason: String?)
}

extension QueueState {
    /// Turns a command into the event that it causes; nil when what was asked for is so already.
    ///
    /// - Parameters:
    ///   - command: What is asked for.
    ///   - name: The queue.
    ///   - state: The queue as it is; nil when it was never configured or paused.
    /// - Returns: The event, to be recorded.
    /// - Throws: `QueueRejection` when a limit makes no sense.
    public static func decide(
        _ command: QueueCommand, on name: QueueName, in state: QueueState?
    ) throws(QueueRejection) -> EngineEvent? {
        switch command {
        case .configure(let limits):
            try limits.validate()
            if (state?.limits ?? .none) == limits { return nil }
            return .queueConfigured(QueueConfigured(queue: name, limits: limits))
        case .pause(let reason):
            if state?.pause != nil { return nil }
            return .queuePaused(QueuePaused(queue: name, reason: reason))
        case .resume(let reason):
            if state?.pause == nil { return nil }
            return .queueResumed(QueueResumed(queue: name, reason: reason))
        }
    }

    /// Folds one event into the state of its queue; gives the state unchanged for events of other kinds.
    public static func applying(_ recorded: RecordedEvent, to state: QueueState?) -> QueueState? {
        guard case .engine(let event) = recorded.event, let name = event.queue else { return state }
        var next = state ?? QueueState(name: name)
        switch event {
        case .queueConfigured(let event):
            if event.limits.rate != next.limits.rate {
                next.rateDue = event.limits.rate.flatMap { $0.carry(next.rateDue, at: recorded.at) }
            }
            next.limits = event.limits
        case .queuePaused(let event):
            next.pause = QueuePause(actor: recorded.actor, reason: event.reason, at: recorded.at)
        case .queueResumed: next.pause = nil
        case .workerJoined, .workerLeft, .schedule, .bulk, .requestAnswered, .pruned, .archived, .redacted,
            .keyDestroyed, .jobImported,
            .logRestored, .configured:
            break
        }
        return next
    }

    /// Folds the start of one of its jobs into the state.
    ///
    /// - Returns: False when that changes nothing, because the queue has no rate.
    public mutating func noteStart(at moment: Timestamp) -> Bool {
        guard let rate = limits.rate else { return false }
        rateDue = rate.next(after: rateDue, startedAt: moment)
        return true
    }
}
