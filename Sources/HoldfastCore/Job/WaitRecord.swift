/// What the log holds about one wait of a job: the fold of its events.
public struct WaitRecord: Hashable, Sendable {
    /// Which wait it is.
    public let key: WaitKey
    /// How far it has come.
    public private(set) var status: WaitStatus
    /// Where it was opened, or where the signal came before anybody waited for it.
    public private(set) var opened: EventLogPosition
    /// When it was opened.
    public private(set) var openedAt: Timestamp
    /// When it last changed.
    public private(set) var changedAt: Timestamp
    /// The moment at which it ends by itself; nil for none, and once it is over.
    public private(set) var due: Timestamp?
    /// What happens to a checkpoint at that moment.
    public private(set) var onDeadline: DeadlineAction?
    /// The job that is waited for.
    public private(set) var child: JobID?
    /// By what a repeated delivery of the same signal is known.
    public private(set) var request: RequestKey?
    /// The SHA-256 of what that delivery brought, in lower-case hexadecimal.
    public private(set) var requestSHA256: String?
    /// Where its end stands: the decision, the signal, the firing or the child's end.
    public private(set) var result: EventLogPosition?

    /// Puts a record together, such as one read back from the store.
    public init(
        key: WaitKey, status: WaitStatus, opened: EventLogPosition, openedAt: Timestamp, changedAt: Timestamp,
        due: Timestamp? = nil, onDeadline: DeadlineAction? = nil, child: JobID? = nil,
        request: RequestKey? = nil,
        requestSHA256: String? = nil, result: EventLogPosition? = nil
    ) {
        self.key = key
        self.status = status
        self.opened = opened
        self.openedAt = openedAt
        self.changedAt = changedAt
        self.due = due
        self.onDeadline = onDeadline
        self.child = child
        self.request = request
        self.requestSHA256 = requestSHA256
        self.result = result
    }

    /// Folds one event into the record of its wait; gives the record unchanged for events of other kinds.
    public static func applying(_ recorded: RecordedEvent, to record: WaitRecord?) -> WaitRecord? {
        guard case .job(let event) = recorded.event, let key = event.wait else { return record }
        var next =
            record
            ?? WaitRecord(
                key: key, status: .open, opened: recorded.position, openedAt: recorded.at,
                changedAt: recorded.at)
        next.changedAt = recorded.at
        switch event {
        case .checkpointOpened(let event):
            next.reopen(recorded, due: event.deadline, onDeadline: event.onDeadline)
        case .timerSet(let event): next.reopen(recorded, due: event.due, onDeadline: nil)
        case .childSpawned(let event): next.child = event.job
        case .checkpointDecided(let event): next.end(event.choice.status, at: recorded.position)
        case .checkpointExpired(let event): next.end(event.action.status, at: recorded.position)
        case .timerFired: next.end(key.kind == .timer ? .fired : .expired, at: recorded.position)
        case .signalReceived(let event):
            next.request = event.request
            next.requestSHA256 = event.sha256
            next.end(.received, at: recorded.position)
        case .signalConsumed: next.status = .consumed
        case .childFinished: next.end(.finished, at: recorded.position)
        default: break
        }
        return next
    }

    /// The record once the job has ended: a checkpoint or a moment is waited for no more, a child ends by itself.
    public var afterJobEnded: WaitRecord {
        guard status == .open, key.kind != .child else { return self }
        var next = self
        next.status = .closed
        next.due = nil
        return next
    }

    private mutating func reopen(_ recorded: RecordedEvent, due: Timestamp?, onDeadline: DeadlineAction?) {
        status = .open
        opened = recorded.position
        openedAt = recorded.at
        self.due = due
        self.onDeadline = onDeadline
        result = nil
    }

    private mutating func end(_ status: WaitStatus, at position: EventLogPosition) {
        self.status = status
        due = nil
        result = position
    }
}

extension JobEvent {
    /// The wait that the event opens or ends; nil for other events.
    public var wait: WaitKey? {
        switch self {
        case .checkpointOpened(let event): event.checkpoint
        case .checkpointDecided(let event): event.checkpoint
        case .checkpointExpired(let event): event.checkpoint
        case .signalReceived(let event): event.signal
        case .signalConsumed(let event): event.signal
        case .timerSet(let event): event.wait
        case .timerFired(let event): event.wait
        case .childSpawned(let event): event.child
        case .childFinished(let event): event.child
        default: nil
        }
    }
}
