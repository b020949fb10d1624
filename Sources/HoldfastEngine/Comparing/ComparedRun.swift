public import HoldfastCore

/// One of two runs that are compared.
public struct ComparedRun: Hashable, Sendable {
    /// The job.
    public var job: JobID
    /// What kind of job it is.
    public var kind: JobKind
    /// The version of the input's type.
    public var handlerVersion: Int
    /// The lane it is in.
    public var queue: QueueName
    /// Its state.
    public var state: JobPhaseName
    /// When it first started to run; nil when it never did.
    public var startedAt: Timestamp?
    /// When it ended; nil while it goes on.
    public var endedAt: Timestamp?
    /// How many attempts it took so far, over all lives.
    public var attempts: Int
    /// What it ended with, where it failed; else what the last failed attempt said.
    public var failure: JobFailure?
    /// What the handler was given; nil when the log has lost it.
    public var input: ComparedValue?
    /// What the handler returned; nil while there is nothing.
    public var output: ComparedValue?
    /// What it has spent, by unit.
    public var spent: [CostUnit: CostAmount]

    /// From its first start to its end, in microseconds; nil when it did not come that far.
    public var duration: Int64? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt.microseconds - startedAt.microseconds
    }
}

/// A value as far as it takes to tell it from another one.
public struct ComparedValue: Hashable, Sendable {
    /// How many characters are shown at most.
    static let shownLimit = 160

    /// The SHA-256 of its text, in lower-case hexadecimal.
    public var sha256: String
    /// The length of its text in bytes.
    public var bytes: Int64
    /// How it begins; nil for a value that is kept beside the log.
    public var beginning: String?
}

/// What differs between two runs, or between two steps or waits of them.
public enum RunDifference: String, Hashable, Sendable, CaseIterable {
    // Of runs.
    case kind, version, queue, input, steps, waits, state, error, output, cost
    // Of steps and waits.
    case onlyA = "only_a"
    case onlyB = "only_b"
    case status, failures, value
}

/// A step of two runs, found in both by its name and its occurrence.
public struct ComparedStep: Hashable, Sendable {
    /// What one of the runs has of it.
    public struct Side: Hashable, Sendable {
        /// How far it came: `started`, `completed`, `failed` or `unused`.
        public var status: String
        /// When it first began, in microseconds from the first start of its job; below zero for a step that was reused.
        public var start: Int64
        /// How long it ran, in microseconds; nil without a result.
        public var duration: Int64?
        /// How often it threw.
        public var failures: Int
        /// What it returned.
        public var output: ComparedValue?
        /// What it said when it threw last.
        public var failure: JobFailure?
        /// Whether its result was taken over from the job that this one was made from.
        public var isReused: Bool
    }

    /// Which step it is.
    public let key: StepKey
    /// What the first run has of it; nil when it never began there.
    public let a: Side?
    /// What the second run has of it; nil when it never began there.
    public let b: Side?

    /// What differs; how long it took counts for nothing.
    public var differences: [RunDifference] {
        guard let a else { return [.onlyB] }
        guard let b else { return [.onlyA] }
        var found: [RunDifference] = []
        if a.status != b.status { found.append(.status) }
        if a.output?.sha256 != b.output?.sha256 { found.append(.output) }
        if a.failure != b.failure { found.append(.error) }
        if a.failures != b.failures { found.append(.failures) }
        return found
    }

    /// When it began, in the run in which that was earlier.
    var start: Int64 { min(a?.start ?? .max, b?.start ?? .max) }
}

/// A checkpoint, signal, timer or child of two runs, found in both by its kind, name and occurrence.
public struct ComparedWait: Hashable, Sendable {
    /// What one of the runs has of it.
    public struct Side: Hashable, Sendable {
        /// How far it came, such as `approved`, `consumed` or `fired`; how a child ended.
        public var status: String
        /// From its opening to its end, in microseconds; nil while it is open.
        public var duration: Int64?
        /// Who decided or sent it.
        public var actor: EventActor?
        /// Why, in the words of whoever did.
        public var reason: String?
        /// What the handler was given.
        public var value: ComparedValue?
    }

    /// Which wait it is.
    public let key: WaitKey
    /// What the first run has of it; nil when it never waited so.
    public let a: Side?
    /// What the second run has of it; nil when it never waited so.
    public let b: Side?

    /// What differs; how long it took, and who decided, count for nothing.
    public var differences: [RunDifference] {
        guard let a else { return [.onlyB] }
        guard let b else { return [.onlyA] }
        var found: [RunDifference] = []
        if a.status != b.status { found.append(.status) }
        if a.value?.sha256 != b.value?.sha256 { found.append(.value) }
        return found
    }
}
