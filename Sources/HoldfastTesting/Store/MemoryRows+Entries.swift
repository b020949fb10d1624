import HoldfastCore
import HoldfastStore

// What the indexes of the tables hold.

/// A job that waits for a worker, ordered as jobs are claimed: higher priority first, then older ids.
struct ReadyEntry: Comparable, Sendable {
    let priority: JobPriority
    let job: JobID

    /// Nil when the job does not wait for a worker.
    init?(_ state: JobState) {
        guard case .queued = state.phase else { return nil }
        priority = state.priority
        job = state.id
    }

    /// Tells whether a worker takes this one before a job that may not wait yet.
    func precedes(_ other: JobState) -> Bool {
        priority == other.priority ? job < other.id : priority > other.priority
    }

    static func < (left: Self, right: Self) -> Bool {
        left.priority == right.priority ? left.job < right.job : left.priority > right.priority
    }
}

/// A job that the engine has to look at, ordered by when.
struct ScheduledEntry: Comparable, Sendable {
    let due: Timestamp
    let job: JobID

    /// Nil when the job has no such moment.
    init?(_ state: JobState) {
        guard let moment = state.dueAt else { return nil }
        due = moment
        job = state.id
    }

    static func < (left: Self, right: Self) -> Bool { (left.due, left.job) < (right.due, right.job) }
}

/// Within what a key names one piece of work.
struct WorkKey: Hashable, Sendable {
    let key: JobKey
    let kind: JobKind
    let owner: Owner?

    init(key: JobKey, kind: JobKind, owner: Owner?) {
        self.key = key
        self.kind = kind
        self.owner = owner
    }

    /// Nil when the job has no key.
    init?(_ origin: JobOrigin) {
        guard let key = origin.key else { return nil }
        self.init(key: key, kind: origin.kind, owner: origin.owner)
    }
}

/// A wait that ends by itself, ordered by when.
struct DueWaitEntry: Comparable, Sendable {
    let due: Timestamp
    let job: JobID
    let key: WaitKey

    /// Nil when the wait has no such moment.
    init?(_ record: WaitRecord, of job: JobID) {
        guard let due = record.due else { return nil }
        self.due = due
        self.job = job
        key = record.key
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.due, left.job, left.key.description) < (right.due, right.job, right.key.description)
    }
}

/// A checkpoint that waits for a person, ordered by where it was opened.
struct InboxEntry: Comparable, Sendable {
    let opened: EventLogPosition
    let job: JobID
    let key: WaitKey

    /// Nil when the wait is none, or over.
    init?(_ record: WaitRecord, of job: JobID) {
        guard record.key.kind == .checkpoint, record.status == .open else { return nil }
        opened = record.opened
        self.job = job
        key = record.key
    }

    static func < (left: Self, right: Self) -> Bool { left.opened < right.opened }
}
