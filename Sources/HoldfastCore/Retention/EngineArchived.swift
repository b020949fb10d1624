/// Records that jobs which have ended were written into a segment file, from which they can be read when they are pruned.
///
/// It stands in the log before the first of them is pruned: a log that ends between the two holds them still. A segment from
/// which jobs were redacted is written anew without them, and recorded as one that replaces the other.
public struct EngineArchived: Hashable, Sendable {
    /// The name of the segment file, such as `1042-90311.holdfast.gz`.
    public var file: String
    /// The absolute path of the folder in which it was made.
    public var folder: String
    /// The SHA-256 of the whole file as it is on the disk, in lower-case hexadecimal.
    public var sha256: String
    /// The size of the file in bytes.
    public var bytes: Int64
    /// How many jobs it holds.
    public var jobs: Int
    /// How many events they have together.
    public var events: Int64
    /// The first position of an event in it.
    public var first: EventLogPosition
    /// The last position of an event in it.
    public var last: EventLogPosition
    /// The `engine.archived` event of the segment that this one was made of, by leaving jobs out, and whose file is gone since;
    /// nil where the jobs come from the log.
    public var replaces: EventLogPosition?
    /// The jobs that were left out, because they were redacted: what they were is nowhere any more.
    public var redacted: [JobID]
    /// Why, such as the rule that asked for it.
    public var reason: String?

    /// Puts the event's values together.
    public init(
        file: String, folder: String, sha256: String, bytes: Int64, jobs: Int, events: Int64,
        first: EventLogPosition, last: EventLogPosition, replaces: EventLogPosition? = nil,
        redacted: [JobID] = [], reason: String? = nil
    ) {
        self.file = file
        self.folder = folder
        self.sha256 = sha256
        self.bytes = bytes
        self.jobs = jobs
        self.events = events
        self.first = first
        self.last = last
        self.replaces = replaces
        self.redacted = redacted
        self.reason = reason
    }
}
