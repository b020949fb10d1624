// The `engine.` events of logs, and parts of them, that are moved.

/// Records that a job was taken over from another log; its events follow.
public struct JobImported: Hashable, Sendable {
    /// The job, which has the same id in both logs.
    public var job: JobID
    /// The identity of the log that it comes from.
    public var log: String
    /// How many events it had there.
    public var events: Int64
    /// Where the first of them stands there.
    public var first: EventLogPosition
    /// Where the last of them stands there.
    public var last: EventLogPosition
    /// The hash of the last of them there, in lower-case hexadecimal.
    public var hash: String
    /// The SHA-256 of the export, in lower-case hexadecimal, as its last line has it.
    public var sha256: String

    /// Puts the event's values together.
    public init(
        job: JobID, log: String, events: Int64, first: EventLogPosition, last: EventLogPosition,
        hash: String, sha256: String
    ) {
        self.job = job
        self.log = log
        self.events = events
        self.first = first
        self.last = last
        self.hash = hash
        self.sha256 = sha256
    }
}

/// Records that the log goes on from a backup, under a new identity.
public struct LogRestored: Hashable, Sendable {
    /// The identity that the log had in the backup.
    public var log: String
    /// Where the backup ended.
    public var position: EventLogPosition
    /// The hash of the event there, in lower-case hexadecimal.
    public var hash: String

    /// Puts the event's values together.
    public init(log: String, position: EventLogPosition, hash: String) {
        self.log = log
        self.position = position
        self.hash = hash
    }
}
