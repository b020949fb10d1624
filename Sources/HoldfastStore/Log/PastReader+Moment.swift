public import HoldfastCore

/// What cannot be said of a log's past.
public enum PastFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The position lies behind the end of the log.
    case behindEnd(asked: EventLogPosition, end: EventLogPosition)
    /// The job did not exist yet.
    case notYet(asked: EventLogPosition, began: EventLogPosition, at: Timestamp)
    /// The values of the job were redacted, so that nobody knows its states before it ended.
    case redacted(asked: EventLogPosition, from: EventLogPosition)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .behindEnd(let asked, let end):
            "the log ends at position \(end), so there is nothing at \(asked) yet; give a position up to \(end), or a time"
        case .notYet(let asked, let began, let at):
            "at position \(asked) there was no such job yet: it was enqueued at position \(began), \(at.rfc3339)"
        case .redacted(let asked, let from):
            "what the job was at position \(asked) is not known any more, because its values were redacted; ask for position \(from) or later"
        }
    }
}

extension PastReader {
    /// Looks at a log as it was at a moment.
    ///
    /// - Throws: `PastFault.behindEnd` for a position behind the end; a time of the future stands for now. `StoreError`.
    public init(_ reader: any StorageReader, at moment: LogMoment) throws {
        switch moment {
        case .time(let time): try self.init(reader, at: try reader.position(at: time))
        case .position(let asked):
            let end = try reader.head().position
            guard asked <= end else { throw PastFault.behindEnd(asked: asked, end: end) }
            try self.init(reader, at: asked)
        }
    }
}

extension MomentReader {
    /// Why a job is not there: what a program that asked for it is told.
    ///
    /// - Returns: `JobRejection.pruned`, `PastFault` for one that came later or was redacted, else `JobRejection.unknownJob`; or the `StoreError` that stood in
    ///   the way.
    package func absence(of job: JobID) -> any Error {
        do {
            let past = self as? PastReader
            let reader: any MomentReader = past?.reader ?? self
            if let retaining = reader as? any RetainingReader, try retaining.prunedJob(job) != nil {
                return JobRejection.pruned
            }
            guard let past else { return JobRejection.unknownJob }
            if let left = try past.reader.job(job), left.isRedacted {
                return PastFault.redacted(asked: past.position, from: left.phasePosition)
            }
            guard let first = try past.reader.events(EventQuery(job: job, limit: 1)).events.first else {
                return JobRejection.unknownJob
            }
            return PastFault.notYet(asked: past.position, began: first.position, at: first.at)
        } catch {
            return error
        }
    }
}

extension StorageReader {
    /// Reads the log as it is, or as it was at a moment where one is given.
    ///
    /// - Throws: `PastFault.behindEnd`, `StoreError`.
    public func at(_ moment: LogMoment?) throws -> any MomentReader {
        try moment.map { try PastReader(self, at: $0) } ?? self
    }
}
