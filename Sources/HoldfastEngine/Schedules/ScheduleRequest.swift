public import HoldfastCore

/// When a schedule is to be due, as people write it.
public enum ScheduleTimes: Hashable, Sendable {
    /// At the times of a cron expression such as `0 3 * * *`, in a time zone such as `Europe/Berlin`.
    case cron(String, zone: String = "UTC")
    /// At an anchor and every so long after it, in whole seconds; without an anchor counted from when it was set first.
    case every(Duration, from: Timestamp? = nil)

    /// Checks the times.
    ///
    /// - Parameter now: The anchor where none is given.
    /// - Returns: The times as a schedule keeps them.
    /// - Throws: `ScheduleRejection` for an expression, a zone or an interval that there is not.
    public func timing(at now: Timestamp) throws(ScheduleRejection) -> ScheduleTiming {
        switch self {
        case .cron(let text, let zone):
            _ = try ZoneLookup.rules(of: zone)
            do throws(CronFault) {
                return .cron(try CronExpression(text), zone: zone)
            } catch {
                throw .cron(error)
            }
        case .every(let length, let anchor):
            guard length.components.attoseconds == 0,
                (1...ScheduleDefinition.longestInterval).contains(length.components.seconds)
            else { throw .interval(length) }
            return .every(seconds: length.components.seconds, anchor: anchor ?? now)
        }
    }

    /// Whether an interval has an anchor of its own.
    var isAnchored: Bool {
        guard case .every(_, nil) = self else { return true }
        return false
    }
}

/// A schedule to be set: what it enqueues when.
public struct ScheduleRequest: Hashable, Sendable {
    /// The schedule's name; an existing one of the name is changed.
    public var name: ScheduleName
    /// When it is due.
    public var times: ScheduleTimes
    /// What it enqueues.
    ///
    /// Its options count for each job; a moment before which it must not start is refused.
    public var job: EnqueueRequest
    /// What happens while the job of the last run is unfinished.
    public var overlap: OverlapPolicy
    /// What happens to runs that fell due while nothing ran.
    public var missed: MissedRunPolicy

    /// Describes a schedule.
    public init(
        name: ScheduleName, times: ScheduleTimes, job: EnqueueRequest, overlap: OverlapPolicy = .skip,
        missed: MissedRunPolicy = .once
    ) {
        self.name = name
        self.times = times
        self.job = job
        self.overlap = overlap
        self.missed = missed
    }
}

/// A schedule and when it is due next.
public struct ScheduleListing: Hashable, Sendable {
    /// The schedule as it is.
    public let state: ScheduleState
    /// When it is due next, the earliest first; empty while it is paused.
    public let nextTimes: [Timestamp]
}
