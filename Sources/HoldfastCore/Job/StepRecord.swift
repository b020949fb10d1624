/// What the log holds about one step of a job: the fold of its events.
public struct StepRecord: Hashable, Sendable {
    /// How far the step has come.
    public enum Status: Hashable, Sendable {
        /// It began and has no result yet.
        case started
        /// It has a result, which stands in the event at this position; `duration` is in microseconds.
        case completed(at: EventLogPosition, duration: Int64)
        /// It threw; `retryAt` is when the step itself is tried again.
        case failed(at: EventLogPosition, retryAt: Timestamp?)
        /// Today's code no longer asked for it; its result stands in the event at this position.
        case unused(result: EventLogPosition, duration: Int64)

        /// The name of the status, as it is stored and sent.
        public var name: String {
            switch self {
            case .started: "started"
            case .completed: "completed"
            case .failed: "failed"
            case .unused: "unused"
            }
        }
    }

    /// Which step it is.
    public let key: StepKey
    /// How often it threw since its job was enqueued.
    public private(set) var failures: Int
    /// The attempt of the job in which it last did something.
    public private(set) var attempt: Int
    /// When it first began.
    public let startedAt: Timestamp
    /// When it last changed.
    public private(set) var changedAt: Timestamp
    /// How far it has come.
    public private(set) var status: Status

    /// Puts a record together, such as one read back from the store.
    public init(
        key: StepKey, failures: Int, attempt: Int, startedAt: Timestamp, changedAt: Timestamp, status: Status
    ) {
        self.key = key
        self.failures = failures
        self.attempt = attempt
        self.startedAt = startedAt
        self.changedAt = changedAt
        self.status = status
    }

    /// Orders records as their steps began; those that began in the same microsecond by their keys.
    package static func beganBefore(_ left: StepRecord, _ right: StepRecord) -> Bool {
        left.startedAt == right.startedAt ? left.key < right.key : left.startedAt < right.startedAt
    }

    /// Where the recorded result stands; nil while there is none.
    public var result: EventLogPosition? {
        switch status {
        case .completed(let position, _), .unused(let position, _): position
        case .started, .failed: nil
        }
    }

    /// Tells whether a result is recorded.
    public var isCompleted: Bool { result != nil }

    /// Folds one event into the record of its step; gives the record unchanged for events of other kinds.
    public static func applying(_ recorded: RecordedEvent, to record: StepRecord?) -> StepRecord? {
        guard case .job(let event) = recorded.event, let key = event.step else { return record }
        var next =
            record
            ?? StepRecord(
                key: key, failures: 0, attempt: recorded.attempt ?? 1, startedAt: recorded.at,
                changedAt: recorded.at, status: .started)
        next.attempt = recorded.attempt ?? next.attempt
        next.changedAt = recorded.at
        switch event {
        case .stepStarted: next.status = .started
        case .stepCompleted(let event):
            next.status = .completed(at: recorded.position, duration: event.duration)
        case .stepFailed(let event):
            next.failures += 1
            next.status = .failed(at: recorded.position, retryAt: event.retryAt)
        case .stepUnused:
            if case .completed(let position, let duration) = next.status {
                next.status = .unused(result: position, duration: duration)
            }
        default: break
        }
        return next
    }
}

extension JobEvent {
    /// The step that the event is about; nil for events of the job as a whole.
    public var step: StepKey? {
        switch self {
        case .stepStarted(let event): event.step
        case .stepCompleted(let event): event.step
        case .stepFailed(let event): event.step
        case .stepUnused(let event): event.step
        default:
            nil
        }
    }
}
