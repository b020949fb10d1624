public import HoldfastCore

/// Why a log, or a part of one, is not moved.
///
/// Nothing was changed, and what stood at the target is as it was.
public enum MovingRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// Something stands at the path already.
    case targetExists(String)
    /// Another process is about to write the same copy.
    case targetIsBeingMade(String)
    /// A process has the log open that would be replaced.
    case targetInUse(String)
    /// The log has a job of this id already.
    case jobExists(JobID)
    /// An event refers to bytes that are neither in what is imported nor in the log; their SHA-256.
    case contentMissing(sha256: String)
    /// What is imported was changed while it was read.
    case contentChanged

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .targetExists(let path):
            "\(path) exists already, and a copy replaces nothing; choose another path"
        case .targetIsBeingMade(let path): "another process is making \(path) right now; wait for it"
        case .targetInUse(let path):
            "a process has \(path) open, such as a server; stop it first, or choose another path"
        case .jobExists(let job):
            "job \(job) is in this log already; an import adds jobs and never changes one that is there"
        case .contentMissing(let sha256):
            "the bytes with SHA-256 \(sha256), to which an event refers, are neither in the file nor in this log; "
                + "export the job again with its artifacts"
        case .contentChanged: "what is imported was changed while it was read; try again"
        }
    }
}
