/// Says which number of jobs is meant: those of one queue in one state.
public struct QueueCountKey: Hashable, Sendable {
    /// The lane.
    public let queue: QueueName
    /// The state.
    public let phase: JobPhaseName

    /// Names the jobs of a queue in a state.
    public init(queue: QueueName, phase: JobPhaseName) {
        self.queue = queue
        self.phase = phase
    }

    /// The jobs among which a job is counted in this state of it.
    public init(_ state: JobState) { self.init(queue: state.origin.queue, phase: state.phase.name) }
}

/// The changes of the `counters` projection that one event of a job brings.
public enum QueueCounts {
    /// How the numbers change when a job goes from one state to another; nothing when they stay.
    public static func changes(from old: JobState?, to new: JobState) -> [(key: QueueCountKey, by: Int)] {
        guard let old else { return [(QueueCountKey(new), 1)] }
        // The queue of a job never changes, so most events change neither.
        if old.phase.name == new.phase.name { return [] }
        return [(QueueCountKey(old), -1), (QueueCountKey(new), 1)]
    }
}

/// Says whose running jobs are meant: those of one queue with one limit key.
public struct QueueKey: Hashable, Sendable {
    /// The lane.
    public let queue: QueueName
    /// What the jobs are about.
    public let key: LimitKey

    /// Names the jobs of a queue with a key.
    public init(queue: QueueName, key: LimitKey) {
        self.queue = queue
        self.key = key
    }

    /// How the number of running jobs changes when a job goes from one state to another; nil when it stays, and for
    /// jobs without a limit key.
    public static func runningChange(from old: JobState?, to new: JobState) -> (key: QueueKey, by: Int)? {
        guard let key = new.origin.limitKey else { return nil }
        let was = old?.phase.name == .running
        let isNow = new.phase.name == .running
        if was == isNow { return nil }
        return (QueueKey(queue: new.origin.queue, key: key), isNow ? 1 : -1)
    }
}
