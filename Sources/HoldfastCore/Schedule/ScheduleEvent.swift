/// A fact of a schedule's life.
public indirect enum ScheduleEvent: Hashable, Sendable {
    case set(ScheduleSet)
    case removed(ScheduleRemoved)
    case paused(SchedulePaused)
    case resumed(ScheduleResumed)
    case fired(ScheduleFired)
    case queued(ScheduleQueued)
    case skipped(ScheduleSkipped)

    /// The stored name of the event's kind.
    public var kind: EventKind {
        switch self {
        case .set: .scheduleSet
        case .removed: .scheduleRemoved
        case .paused: .schedulePaused
        case .resumed: .scheduleResumed
        case .fired: .scheduleFired
        case .queued: .scheduleQueued
        case .skipped: .scheduleSkipped
        }
    }

    /// The schedule that it is about.
    public var name: ScheduleName {
        switch self {
        case .set(let event): event.name
        case .removed(let event): event.name
        case .paused(let event): event.name
        case .resumed(let event): event.name
        case .fired(let event): event.name
        case .queued(let event): event.name
        case .skipped(let event): event.name
        }
    }
}

/// Records what a schedule does from now on; the first one begins it.
public struct ScheduleSet: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// What it does when.
    public var definition: ScheduleDefinition
    /// When it is due next; nil for never.
    public var nextDue: Timestamp?

    /// Puts the event's values together.
    public init(name: ScheduleName, definition: ScheduleDefinition, nextDue: Timestamp?) {
        self.name = name
        self.definition = definition
        self.nextDue = nextDue
    }
}

/// Ends a schedule; jobs that it enqueued stay.
public struct ScheduleRemoved: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(name: ScheduleName, reason: String? = nil) {
        self.name = name
        self.reason = reason
    }
}

/// Records that a schedule enqueues nothing before somebody lets it.
public struct SchedulePaused: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// Why, in words for people.
    public var reason: String?

    /// Puts the event's values together.
    public init(name: ScheduleName, reason: String? = nil) {
        self.name = name
        self.reason = reason
    }
}

/// Records that a paused schedule goes on.
public struct ScheduleResumed: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// Why, in words for people.
    public var reason: String?
    /// When it is due next; nil for never.
    public var nextDue: Timestamp?

    /// Puts the event's values together.
    public init(name: ScheduleName, reason: String? = nil, nextDue: Timestamp?) {
        self.name = name
        self.reason = reason
        self.nextDue = nextDue
    }
}

/// Records a run: the job was enqueued in the same transaction.
public struct ScheduleFired: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// The moment for which it ran; when somebody ran it by hand, the moment of that.
    public var due: Timestamp
    /// The earliest due moment that this run makes up for as well; nil when it stands for itself.
    public var missedFrom: Timestamp?
    /// The job that was enqueued.
    public var job: JobID
    /// Whether somebody asked for this run.
    public var isByHand: Bool
    /// Why somebody asked for it, in words for people.
    public var reason: String?
    /// When it is due next; nil for never.
    public var nextDue: Timestamp?

    /// Puts the event's values together.
    public init(
        name: ScheduleName, due: Timestamp, missedFrom: Timestamp? = nil, job: JobID, isByHand: Bool = false,
        reason: String? = nil, nextDue: Timestamp?
    ) {
        self.name = name
        self.due = due
        self.missedFrom = missedFrom
        self.job = job
        self.isByHand = isByHand
        self.reason = reason
        self.nextDue = nextDue
    }
}

/// Records that a run waits until the job of the run before it has ended.
public struct ScheduleQueued: Hashable, Sendable {
    /// The schedule.
    public var name: ScheduleName
    /// The moment for which it will run.
    public var due: Timestamp
    /// The earliest due moment that the run makes up for as well; nil when it stands for itself.
    public var missedFrom: Timestamp?
    /// The job that has to end before.
    public var behind: JobID
    /// When it is due next; nil for never.
    public var nextDue: Timestamp?

    /// Puts the event's values together.
    public init(
        name: ScheduleName, due: Timestamp, missedFrom: Timestamp? = nil, behind: JobID, nextDue: Timestamp?
    ) {
        self.name = name
        self.due = due
        self.missedFrom = missedFrom
        self.behind = behind
        self.nextDue = nextDue
    }
}

/// Records that runs were left out.
public struct ScheduleSkipped: Hashable, Sendable {
    /// Why runs are left out.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The job of the run before was unfinished.
        case overlap
        /// Nothing ran when they fell due.
        case missed
        /// The schedule was paused when they fell due.
        case paused
    }

    /// The schedule.
    public var name: ScheduleName
    /// The due moment of the last one that was left out.
    public var due: Timestamp
    /// The due moment of the first one that was left out; nil when it is only one.
    public var from: Timestamp?
    /// Why.
    public var reason: Reason
    /// When it is due next; nil for never.
    public var nextDue: Timestamp?

    /// Puts the event's values together.
    public init(
        name: ScheduleName, due: Timestamp, from: Timestamp? = nil, reason: Reason, nextDue: Timestamp?
    ) {
        self.name = name
        self.due = due
        self.from = from
        self.reason = reason
        self.nextDue = nextDue
    }
}
