public import HoldfastCore

/// Which jobs that have ended need not be kept: those of a kind and of final states, by their age and number.
public struct RetentionRule: Hashable, Sendable {
    /// Only jobs of this kind; nil for those of every kind, each counted by itself.
    public var kind: JobKind?
    /// Only jobs that ended in one of these states, each counted by itself.
    public var states: Set<JobPhaseName>
    /// Only jobs that ended longer ago than this; nil for any age.
    public var age: Duration?
    /// How many of the newest jobs of each kind and state are kept whatever their age, from 0.
    public var newest: Int

    /// Describes jobs.
    ///
    /// - Parameters:
    ///   - kind: Only jobs of this kind; nil for every kind.
    ///   - states: Only jobs that ended so; states that are no endings mean nothing.
    ///   - age: Only jobs that ended longer ago than this.
    ///   - newest: How many of each kind and state are kept whatever their age.
    public init(
        kind: JobKind? = nil, states: Set<JobPhaseName> = RetentionRule.endings, age: Duration? = nil,
        newest: Int = 0
    ) {
        self.kind = kind
        self.states = states.intersection(Self.endings)
        self.age = age
        self.newest = max(0, newest)
    }

    /// The three states in which a job can end.
    public static let endings: Set<JobPhaseName> = [.completed, .failed, .cancelled]
}

/// What pruning did, or would do.
public struct PruneReport: Hashable, Sendable {
    /// How many jobs are gone.
    public internal(set) var jobs = 0
    /// How many events were deleted.
    public internal(set) var events: Int64 = 0
    /// How many jobs fit and had to stay, because the job that began them goes on.
    public internal(set) var spared = 0
    /// Whether nothing was done, because it was only asked what would be.
    public internal(set) var isDryRun = false

    /// The JSON of the report.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("dry_run", isDryRun)
            writer.field("jobs", jobs)
            writer.field("events", events)
            writer.field("spared", spared)
        }
    }
}
