public import HoldfastCore

/// One command to each of many jobs.
public struct BulkRequest: Hashable, Sendable {
    /// What is given to each job.
    public var command: BulkAction
    /// Which jobs are meant, of those that are there when the request is recorded.
    public var filter: JobFilter
    /// Over how long the due times of jobs that are made to run again are spread by chance; nil for at once.
    ///
    /// It keeps thousands of retried jobs from running into the same wall together.
    public var spread: Duration?

    /// Describes a request.
    public init(_ command: BulkAction, _ filter: JobFilter, spread: Duration? = nil) {
        self.command = command
        self.filter = filter
        self.spread = spread
    }
}

/// Why something about a bulk operation was refused.
///
/// Nothing was written.
public enum BulkRejection: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no operation of this id.
    case unknownOperation

    /// One sentence that is safe to log.
    public var description: String {
        switch self {
        case .unknownOperation: "there is no such bulk operation"
        }
    }
}
