/// Says which jobs are meant; what is nil is not asked for.
public struct JobFilter: Hashable, Sendable {
    /// Only those in these states.
    public var phases: Set<JobPhaseName>?
    /// Only those of this kind.
    public var kind: JobKind?
    /// Only those of this queue.
    public var queue: QueueName?
    /// Only those with this tag.
    public var tag: JobTag?
    /// Only those of this owner.
    public var owner: Owner?

    /// Describes jobs.
    public init(
        phases: Set<JobPhaseName>? = nil, kind: JobKind? = nil, queue: QueueName? = nil, tag: JobTag? = nil,
        owner: Owner? = nil
    ) {
        self.phases = phases
        self.kind = kind
        self.queue = queue
        self.tag = tag
        self.owner = owner
    }

    /// Tells whether a job is meant.
    public func accepts(_ state: JobState) -> Bool {
        if let phases, !phases.contains(state.phase.name) { return false }
        if let kind, state.origin.kind != kind { return false }
        if let queue, state.origin.queue != queue { return false }
        if let tag, !state.origin.tags.contains(tag) { return false }
        if let owner, state.origin.owner != owner { return false }
        return true
    }
}
