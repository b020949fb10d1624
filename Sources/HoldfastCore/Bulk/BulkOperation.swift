/// What is true of a bulk operation after some of its events: the fold of them.
public struct BulkOperation: Hashable, Sendable {
    /// What was asked for.
    public let order: BulkStarted
    /// Who asked for it.
    public let actor: EventActor
    /// When.
    public let startedAt: Timestamp
    /// How far it has come.
    public internal(set) var count: BulkCount
    /// The engine that did the last page; nil before the first one.
    public internal(set) var engine: EngineID?
    /// When something last happened to it.
    public internal(set) var changedAt: Timestamp
    /// When the last page was done; nil while there is more to do.
    public internal(set) var finishedAt: Timestamp?

    /// Puts the values together, such as those read back from the store.
    package init(
        order: BulkStarted, actor: EventActor, startedAt: Timestamp, count: BulkCount, engine: EngineID?,
        changedAt: Timestamp, finishedAt: Timestamp?
    ) {
        self.order = order
        self.actor = actor
        self.startedAt = startedAt
        self.count = count
        self.engine = engine
        self.changedAt = changedAt
        self.finishedAt = finishedAt
    }

    /// Which operation it is.
    public var id: BulkID { order.id }

    /// The jobs of the next page come before this one in the order of ids; nil when there is none left to look at.
    public var before: JobID? {
        if finishedAt != nil { return nil }
        return count.cursor ?? order.through?.next
    }

    /// Tells how one event of an operation changes what is known of it.
    ///
    /// - Throws: `IllegalTransition` when the event cannot follow.
    public func applying(_ change: BulkChange) throws(IllegalTransition) -> BulkOperation {
        var next = self
        guard finishedAt == nil else { throw change.illegal("the operation has finished") }
        switch change.event {
        case .started: throw change.illegal("the operation exists already")
        case .progressed(let event):
            next.engine = event.engine
            next.count = event.count
        case .finished(let event):
            next.count = event.count
            next.finishedAt = change.at
        }
        next.changedAt = change.at
        return next
    }
}

/// One event of a bulk operation with its place, time and actor.
public struct BulkChange: Hashable, Sendable {
    /// What happened.
    public let event: BulkEvent
    /// The place in the whole log.
    public let position: EventLogPosition
    /// When.
    public let at: Timestamp
    /// Who caused it.
    public let actor: EventActor

    /// Takes an event of a bulk operation out of the log.
    public init(_ event: BulkEvent, _ recorded: RecordedEvent) {
        self.event = event
        position = recorded.position
        at = recorded.at
        actor = recorded.actor
    }

    /// The operation that begins with the event; nil when it is not the first one.
    public var beginning: BulkOperation? {
        guard case .started(let order) = event else { return nil }
        return BulkOperation(
            order: order, actor: actor, startedAt: at, count: BulkCount(), engine: nil, changedAt: at,
            finishedAt: nil)
    }

    func illegal(_ reason: String) -> IllegalTransition {
        IllegalTransition(position: position, kind: event.kind, reason: reason)
    }
}

extension BulkOperation {
    /// Tells whether an engine may do the next page, or until when it has to leave that to the one that did the last.
    ///
    /// - Parameters:
    ///   - engine: The one that wants to.
    ///   - isOtherDead: Whether the engine that did the last page is proved dead.
    ///   - patience: How long an engine that is not proved dead may do nothing before another one takes over.
    ///   - now: The moment, by the injected clock.
    /// - Returns: The moment from which on `engine` may; nil for now.
    public func isLeft(
        to engine: EngineID, isOtherDead: Bool, patience: Duration, at now: Timestamp
    ) -> Timestamp? {
        guard let other = self.engine, other != engine, !isOtherDead else { return nil }
        let limit = changedAt + patience
        return limit > now ? limit : nil
    }
}

extension JobID {
    /// The next id in order.
    var next: JobID { low == .max ? JobID(high: high &+ 1, low: 0) : JobID(high: high, low: low + 1) }
}
