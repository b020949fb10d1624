/// Which jobs that have ended need not be kept: those of a kind and of final states, by their age, number and size.
///
/// Each kind and each state is counted by itself. A job goes when everything that is said of it is so: it is older than `age`,
/// and neither among the `newest` nor among those that fit into `newestBytes`. Two rules are for jobs that go when one of two
/// things is so.
public struct RetentionRule: Hashable, Sendable {
    /// Only jobs of this kind; nil for those of every kind, each counted by itself.
    public var kind: JobKind?
    /// Only jobs that ended in one of these states, each counted by itself.
    public var states: Set<JobPhaseName>
    /// Only jobs that ended longer ago than this; nil for any age.
    public var age: Duration?
    /// How many of the newest jobs of each kind and state are kept whatever their age, from 0.
    public var newest: Int
    /// How many bytes the newest jobs of each kind and state may have together that are kept whatever their age, from 0; nil
    /// where size keeps none.
    ///
    /// The bytes of a job are those of the values of all its events as the log has them, and those of each large value and file
    /// that it refers to, also where another job does as well. Hashes, indexes and rows that follow from the log come on top:
    /// the file is larger than that.
    public var newestBytes: Int64?

    /// Describes jobs.
    ///
    /// - Parameters:
    ///   - kind: Only jobs of this kind; nil for every kind.
    ///   - states: Only jobs that ended so; states that are no endings mean nothing.
    ///   - age: Only jobs that ended longer ago than this.
    ///   - newest: How many of each kind and state are kept whatever their age.
    ///   - newestBytes: How many bytes the newest of each kind and state may have that are kept whatever their age.
    public init(
        kind: JobKind? = nil, states: Set<JobPhaseName> = RetentionRule.endings, age: Duration? = nil,
        newest: Int = 0, newestBytes: Int64? = nil
    ) {
        self.kind = kind
        self.states = states.intersection(Self.endings)
        self.age = age
        self.newest = max(0, newest)
        self.newestBytes = newestBytes.map { max(0, $0) }
    }

    /// The three states in which a job can end.
    public static let endings: Set<JobPhaseName> = [.completed, .failed, .cancelled]
}
