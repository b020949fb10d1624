public import HoldfastCore

/// Why an encrypted value cannot be read.
public enum EncryptionFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key was destroyed: nobody can read the value any more.
    case keyDestroyed(JobID)
    /// The key is not in the file with the keys, which may be that of another database.
    case keyMissing(JobID)
    /// The value is not what was encrypted with the key.
    case damaged(JobID)

    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .keyDestroyed(let job):
            "the key of job \(job) was destroyed, so its values cannot be read any more"
        case .keyMissing(let job):
            "the key of job \(job) is not in the file with the keys; put back that of this log"
        case .damaged(let job): "a value of job \(job) is not what was encrypted with its key"
        }
    }
}
