/// When a schedule is due.
public enum ScheduleTiming: Hashable, Sendable {
    /// At the times of a cron expression, in the time zone of this name, such as `Europe/Berlin`.
    case cron(CronExpression, zone: String)
    /// At the anchor and every so many seconds after it, from 1.
    case every(seconds: Int64, anchor: Timestamp)

    /// The time zone of the times; nil where none matters.
    public var zone: String? {
        guard case .cron(_, let zone) = self else { return nil }
        return zone
    }

    /// The earliest due moment after `moment`; nil when there is none before the year 10000.
    public func next(after moment: Timestamp, in zone: some ZoneRules) -> Timestamp? {
        switch self {
        case .cron(let expression, _): return expression.next(after: moment, in: zone)
        case .every(let seconds, let anchor):
            guard anchor <= moment else { return anchor }
            let length = seconds * 1_000_000
            let passed = (moment.microseconds - anchor.microseconds) / length
            let (due, overflow) = anchor.microseconds.addingReportingOverflow((passed + 1) * length)
            let next = Timestamp(microseconds: due)
            return overflow || next > .distantFuture ? nil : next
        }
    }

    /// The newest due moments from `first`, which is one of them, up to and including `now`; at most `limit`, the
    /// oldest first.
    ///
    /// A long time is not walked through: it looks back from `now`, twice as far each time.
    func dues(
        from first: Timestamp, through now: Timestamp, limit: Int, in zone: some ZoneRules
    ) -> [Timestamp] {
        var reach = Duration.seconds(60)
        while true {
            let start = max(first, Timestamp(microseconds: now.microseconds - reach.microsecondsRoundedUp))
            var found = start == first ? [first] : []
            var moment = start
            while let due = next(after: moment, in: zone), due <= now {
                found.append(due)
                moment = due
            }
            if start == first || found.count >= limit { return Array(found.suffix(limit)) }
            reach *= 2
        }
    }
}

/// What a schedule does while the job of its last run is unfinished.
public enum OverlapPolicy: String, Hashable, Sendable, CaseIterable {
    /// Run all the same.
    case allow
    /// Leave the run out.
    case skip
    /// Let one run wait until that job has ended; leave further ones out.
    case queueOne = "queue_one"
}

/// What a schedule does about runs that fell due while nothing ran.
public enum MissedRunPolicy: String, Hashable, Sendable, CaseIterable {
    /// Leave them out.
    case skip
    /// Run once for all of them.
    case once
    /// Run each of them, at most the newest `MissedRunPolicy.limit`.
    case all

    /// How many missed runs `all` makes up for.
    public static let limit = 100
}

/// What a schedule does when, and what it does when that does not work out.
public struct ScheduleDefinition: Hashable, Sendable {
    /// When it is due.
    public var timing: ScheduleTiming
    /// What it enqueues.
    public var job: JobEnqueued
    /// What happens while the job of the last run is unfinished.
    public var overlap: OverlapPolicy
    /// What happens to runs that fell due while nothing ran.
    public var missed: MissedRunPolicy

    /// Puts the values together.
    public init(
        timing: ScheduleTiming, job: JobEnqueued, overlap: OverlapPolicy = .skip,
        missed: MissedRunPolicy = .once
    ) {
        self.timing = timing
        self.job = job
        self.overlap = overlap
        self.missed = missed
    }
}
