public import HoldfastCore

/// Hears of each commit of this process, to measure it.
public protocol CommitObserver: Sendable {
    /// Hears of a commit that is durable, on the writer's thread, before anybody else is told of it.
    ///
    /// The writer waits for it, so it should take no time.
    func observe(_ commit: CommitReport)
}

/// What is to be measured of a commit.
public struct CommitReport: Sendable {
    /// How many commands shared it, from 1.
    public let commands: Int
    /// What they appended.
    public let events: [CommittedEvent]
    /// How long it took from taking the write lock until it was durable.
    public let nanoseconds: UInt64
}

/// A backend that keeps a write-ahead log of which the size is known.
public protocol WriteAheadLogged: StorageBackend {
    /// The size of the write-ahead log in bytes.
    var writeAheadLogBytes: Int64 { get }
    /// The size of the database in bytes, without the write-ahead log.
    var databaseBytes: Int64 { get }
}

extension CommittedEvent {
    /// What a measurement needs to know about the job beside the event.
    public struct Context: Hashable, Sendable {
        /// What the job was enqueued with.
        public let origin: JobOrigin
        /// Whether the event ended a run of the job.
        public let wasRunning: Bool
        /// How long the job had been queued or running when the event ended that, in microseconds; 0 for every other
        /// event.
        public let microsecondsInPhase: Int64

        /// Compares a job before and after an event.
        init(from old: JobState?, to new: JobState, at: Timestamp) {
            origin = new.origin
            guard let old, old.phase.name != new.phase.name else {
                (wasRunning, microsecondsInPhase) = (false, 0)
                return
            }
            switch old.phase {
            case .queued(let since):
                (wasRunning, microsecondsInPhase) = (false, max(0, at.microseconds - since.microseconds))
            case .running(let running):
                let length = at.microseconds - running.since.microseconds
                (wasRunning, microsecondsInPhase) = (true, max(0, length))
            default: (wasRunning, microsecondsInPhase) = (false, 0)
            }
        }
    }
}
