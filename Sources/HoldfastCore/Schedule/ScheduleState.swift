/// A schedule as its events made it.
public struct ScheduleState: Hashable, Sendable {
    /// A run: for when, when and as which job.
    public struct Run: Hashable, Sendable {
        /// The moment for which it ran.
        public let due: Timestamp
        /// When it was enqueued.
        public let at: Timestamp
        /// The position of its `schedule.fired` event.
        public let position: EventLogPosition
        /// The job.
        public let job: JobID
        /// Whether somebody asked for it.
        public let isByHand: Bool

        /// Puts the values together.
        public init(due: Timestamp, at: Timestamp, position: EventLogPosition, job: JobID, isByHand: Bool) {
            self.due = due
            self.at = at
            self.position = position
            self.job = job
            self.isByHand = isByHand
        }
    }

    /// A run that waits until a job has ended.
    public struct QueuedRun: Hashable, Sendable {
        /// The moment for which it will run.
        public let due: Timestamp
        /// The earliest due moment that it makes up for as well; nil when it stands for itself.
        public let missedFrom: Timestamp?
        /// The job that has to end before.
        public let behind: JobID

        /// Puts the values together.
        public init(due: Timestamp, missedFrom: Timestamp?, behind: JobID) {
            self.due = due
            self.missedFrom = missedFrom
            self.behind = behind
        }
    }

    /// The schedule's name.
    public let name: ScheduleName
    /// What it does when.
    public internal(set) var definition: ScheduleDefinition
    /// When it was set first.
    public let createdAt: Timestamp
    /// When its definition was changed last.
    public internal(set) var setAt: Timestamp
    /// Whether it was told to enqueue nothing.
    public internal(set) var isPaused: Bool
    /// When it is due next, or would be if it were not paused; nil for never.
    public internal(set) var nextDue: Timestamp?
    /// The run that waits for a job's end.
    public internal(set) var queued: QueuedRun?
    /// The newest run.
    public internal(set) var lastRun: Run?
    /// The job of the newest run that nobody asked for, when a newer run was made by hand.
    public internal(set) var jobOnTime: JobID?

    /// Puts a state together, such as one read back from the store.
    public init(
        name: ScheduleName, definition: ScheduleDefinition, createdAt: Timestamp, setAt: Timestamp,
        isPaused: Bool = false, nextDue: Timestamp?, queued: QueuedRun? = nil, lastRun: Run? = nil,
        jobOnTime: JobID? = nil
    ) {
        self.name = name
        self.definition = definition
        self.createdAt = createdAt
        self.setAt = setAt
        self.isPaused = isPaused
        self.nextDue = nextDue
        self.queued = queued
        self.lastRun = lastRun
        self.jobOnTime = jobOnTime
    }

    /// When something has to be done about it; nil while it is paused or never due.
    public var wakesAt: Timestamp? { isPaused ? nil : nextDue }

    /// The job whose end a queued run waits for; nil while the schedule is paused.
    public var waitsFor: JobID? { isPaused ? nil : queued?.behind }

    /// The jobs that a run must not overlap, where the policy says so: that of the newest run that was due, and that of
    /// one made by hand since.
    public var mayBlock: [JobID] { [jobOnTime, lastRun?.job].compactMap(\.self) }
}

extension ScheduleState {
    /// The state after an event; nil when the schedule was removed.
    ///
    /// - Throws: `IllegalTransition` when the event cannot follow, which means that the log is damaged.
    public static func applying(
        _ event: ScheduleEvent, of recorded: RecordedEvent, to state: ScheduleState?
    ) throws(IllegalTransition) -> ScheduleState? {
        if case .set(let event) = event {
            var new =
                state
                ?? ScheduleState(
                    name: event.name, definition: event.definition, createdAt: recorded.at,
                    setAt: recorded.at, nextDue: nil)
            new.definition = event.definition
            new.setAt = recorded.at
            new.nextDue = event.nextDue
            return new
        }
        guard var new = state else {
            throw IllegalTransition(
                position: recorded.position, kind: event.kind, reason: "there is no schedule of this name")
        }
        switch event {
        case .set: break
        case .removed: return nil
        case .paused: new.isPaused = true
        case .resumed(let event):
            new.isPaused = false
            new.nextDue = event.nextDue
        case .fired(let event):
            if new.queued?.due == event.due, !event.isByHand { new.queued = nil }
            if !event.isByHand {
                new.jobOnTime = nil
            } else if let last = new.lastRun, !last.isByHand {
                new.jobOnTime = last.job
            }
            new.lastRun = Run(
                due: event.due, at: recorded.at, position: recorded.position, job: event.job,
                isByHand: event.isByHand)
            new.nextDue = event.nextDue
        case .queued(let event):
            new.queued = QueuedRun(due: event.due, missedFrom: event.missedFrom, behind: event.behind)
            new.nextDue = event.nextDue
        case .skipped(let event): new.nextDue = event.nextDue
        }
        return new
    }
}
