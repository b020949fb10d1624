/// Parts of the API that can be mounted apart from the others.
public struct APISelection: OptionSet, Hashable, Sendable {
    /// One bit for each part.
    public let rawValue: Int

    /// Chooses by bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Enqueue, list, show, steer and fork jobs, and raise their budgets.
    public static let jobs = APISelection(rawValue: 1 << 0)
    /// Histories and streams, of one job and of many.
    public static let streams = APISelection(rawValue: 1 << 1)
    /// The files that jobs keep.
    public static let artifacts = APISelection(rawValue: 1 << 2)
    /// Checkpoints and signals.
    public static let waits = APISelection(rawValue: 1 << 3)
    /// Schedules.
    public static let schedules = APISelection(rawValue: 1 << 4)
    /// Queues.
    public static let queues = APISelection(rawValue: 1 << 5)
    /// Bulk operations.
    public static let bulk = APISelection(rawValue: 1 << 6)
    /// Stream tokens and sessions.
    public static let access = APISelection(rawValue: 1 << 7)
    /// How much there is of what, and who watches.
    public static let statistics = APISelection(rawValue: 1 << 8)
    /// The files of the clients.
    public static let clients = APISelection(rawValue: 1 << 9)
    /// Why jobs are where they are, how they differ, and who decided what.
    public static let insight = APISelection(rawValue: 1 << 11)
    /// Prove the log, put right what follows from it, and prune jobs that ended.
    public static let audit = APISelection(rawValue: 1 << 13)
    /// The OpenAPI document of what is mounted.
    public static let document = APISelection(rawValue: 1 << 10)
    /// Exports of jobs, and imports of those of other logs.
    public static let moving = APISelection(rawValue: 1 << 12)

    /// Everything.
    public static let all: APISelection = [
        .jobs, .streams, .artifacts, .waits, .schedules, .queues, .bulk, .access, .statistics, .clients,
        .insight, .document, .moving, .audit,
    ]
}
