/// Records that events of ended jobs were deleted: the one trace that is left of them (P10).
public struct EnginePruned: Hashable, Sendable {
    /// The jobs whose events were deleted.
    public var jobs: [PrunedJob]
    /// How many events were deleted by this act.
    public var events: Int
    /// The stretches of the log in which they stood, as `pruned_ranges` keeps them: how many, and the SHA-256 over them in
    /// lower-case hexadecimal.
    public var ranges: RangeSeal
    /// The `engine.archived` event that names the segment in which the jobs can still be read; nil where they are gone for good.
    public var archive: EventLogPosition?
    /// Why, such as the rule that asked for it.
    public var reason: String?

    /// Puts the event's values together.
    public init(
        jobs: [PrunedJob], events: Int, ranges: RangeSeal, archive: EventLogPosition? = nil,
        reason: String? = nil
    ) {
        self.jobs = jobs
        self.events = events
        self.ranges = ranges
        self.archive = archive
        self.reason = reason
    }
}

/// A job of which nothing but this is left.
public struct PrunedJob: Hashable, Sendable {
    /// Its id.
    public var id: JobID
    /// What kind of job it was.
    public var kind: JobKind
    /// Its last state.
    public var state: JobPhaseName
    /// Where its first event stood.
    public var first: EventLogPosition
    /// Whether more of its events are still there, to be deleted by further acts; it is shown to nobody since the first of them.
    public var isPartly: Bool

    /// Puts the values together.
    public init(id: JobID, kind: JobKind, state: JobPhaseName, first: EventLogPosition, isPartly: Bool) {
        self.id = id
        self.kind = kind
        self.state = state
        self.first = first
        self.isPartly = isPartly
    }
}

/// What proves which stretches of the log an act deleted.
public struct RangeSeal: Hashable, Sendable {
    /// How many stretches.
    public var count: Int
    /// The SHA-256 of their lines, in lower-case hexadecimal.
    public var sha256: String

    /// Puts both together.
    public init(count: Int, sha256: String) {
        self.count = count
        self.sha256 = sha256
    }
}
