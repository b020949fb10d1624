/// A copy of a log that was made and checked.
public struct Backup: Hashable, Sendable {
    /// The absolute path of the copy.
    public let path: String
    /// The identity of the log, which the copy shares with it.
    public let identity: String
    /// Where the copy ends: the log up to this event is in it, and nothing else.
    public let head: LogHead
    /// The size of the copy in bytes.
    public let bytes: Int64

    /// Puts the values together.
    public init(path: String, identity: String, head: LogHead, bytes: Int64) {
        self.path = path
        self.identity = identity
        self.head = head
        self.bytes = bytes
    }
}
