// The `bulk.` events: one command to each of many jobs.

/// Names a bulk operation: a UUID of version 7 as text.
public struct BulkID: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }
}

/// What a bulk operation asks of each job.
public enum BulkAction: Hashable, Sendable {
    /// Stop it, as `SteerCommand.cancel` does.
    case cancel(reason: String?, within: Duration? = nil)
    /// Keep it from starting, as `SteerCommand.pause` does.
    case pause(reason: String?, within: Duration? = nil)
    /// Let it run again when it is paused.
    case resume(reason: String?)
    /// Begin a new life of it when it has ended.
    case retry(reason: String?)
    /// Let it go before or behind others.
    case reprioritise(JobPriority, reason: String?)
    /// Move the moment before which it does not start.
    case reschedule(Timestamp, reason: String?)

    /// The command that each job is given.
    public var command: SteerCommand {
        switch self {
        case .cancel(let reason, let within): .cancel(reason: reason, within: within)
        case .pause(let reason, let within): .pause(reason: reason, within: within)
        case .resume(let reason): .resume(reason: reason)
        case .retry(let reason): .retry(reason: reason)
        case .reprioritise(let priority, let reason): .reprioritise(priority, reason: reason)
        case .reschedule(let moment, let reason): .reschedule(moment, reason: reason)
        }
    }

    /// The word for it, as it is stored and sent.
    public var verb: BulkVerb {
        switch self {
        case .cancel: .cancel
        case .pause: .pause
        case .resume: .resume
        case .retry: .retry
        case .reprioritise: .reprioritise
        case .reschedule: .reschedule
        }
    }

    /// Whether jobs run again because of it, so that their due times can be spread.
    public var letsRun: Bool {
        switch self {
        case .resume, .retry: true
        case .cancel, .pause, .reprioritise, .reschedule: false
        }
    }
}

/// The words for what a bulk operation asks.
public enum BulkVerb: String, Hashable, Sendable, CaseIterable {
    case cancel, pause, resume, retry, reprioritise, reschedule
}

/// Records that a command is to be given to each job that a filter meets.
///
/// From now on an engine that runs does it, whatever becomes of this one.
public struct BulkStarted: Hashable, Sendable {
    /// Which operation it is.
    public var id: BulkID
    /// What is given to each job.
    public var command: BulkAction
    /// Which jobs are meant.
    public var filter: JobFilter
    /// Over how long the due times of jobs that were made to run again are spread by chance; nil for at once.
    public var spread: Duration?
    /// The newest job that counts, which was the newest of all; nil when there was none.
    public var through: JobID?

    /// Puts the event's values together.
    public init(
        id: BulkID, command: BulkAction, filter: JobFilter, spread: Duration? = nil, through: JobID? = nil
    ) {
        self.id = id
        self.command = command
        self.filter = filter
        self.spread = spread
        self.through = through
    }
}

/// How far a bulk operation has come.
public struct BulkCount: Hashable, Sendable {
    /// How many jobs the filter met so far.
    public var matched: Int64
    /// How many of them the command changed.
    public var changed: Int64
    /// How many of them it did not fit; the others were so already.
    public var refused: Int64
    /// The last job that was looked at, the newest first; nil before the first one.
    public var cursor: JobID?

    /// Puts numbers together.
    public init(matched: Int64 = 0, changed: Int64 = 0, refused: Int64 = 0, cursor: JobID? = nil) {
        self.matched = matched
        self.changed = changed
        self.refused = refused
        self.cursor = cursor
    }
}

/// Records that a page of a bulk operation is done; it stands in the transaction of the page.
public struct BulkProgressed: Hashable, Sendable {
    /// Which operation it is.
    public var id: BulkID
    /// The engine that did the page.
    public var engine: EngineID
    /// How far the operation has come with it.
    public var count: BulkCount

    /// Puts the event's values together.
    public init(id: BulkID, engine: EngineID, count: BulkCount) {
        self.id = id
        self.engine = engine
        self.count = count
    }
}

/// Records that no job of a bulk operation is left.
public struct BulkFinished: Hashable, Sendable {
    /// Which operation it is.
    public var id: BulkID
    /// What came of it.
    public var count: BulkCount

    /// Puts the event's values together.
    public init(id: BulkID, count: BulkCount) {
        self.id = id
        self.count = count
    }
}

/// A fact of a bulk operation.
public enum BulkEvent: Hashable, Sendable {
    case started(BulkStarted)
    case progressed(BulkProgressed)
    case finished(BulkFinished)

    /// The stored name of the event's kind.
    public var kind: EventKind {
        switch self {
        case .started: .bulkStarted
        case .progressed: .bulkProgressed
        case .finished: .bulkFinished
        }
    }

    /// Which operation it is about.
    public var id: BulkID {
        switch self {
        case .started(let event): event.id
        case .progressed(let event): event.id
        case .finished(let event): event.id
        }
    }
}
