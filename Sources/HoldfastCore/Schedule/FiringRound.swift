/// Decides what a schedule does about everything that is due at one moment.
struct FiringRound<Zone: ZoneRules> {
    /// A run that is to be made: for when, and what else it makes up for.
    private struct Wish {
        let due: Timestamp
        var missedFrom: Timestamp?
    }

    private let state: ScheduleState
    private let now: Timestamp
    private let zone: Zone
    /// The unfinished job of an earlier run.
    private var blocker: JobID?
    /// Whether a run waits for the end of such a job.
    private var isQueued: Bool
    private var nextDue: Timestamp?
    /// What follows.
    private(set) var events: [ScheduleEvent] = []

    init(_ state: ScheduleState, at now: Timestamp, in zone: Zone, blocker: JobID?) {
        self.state = state
        self.now = now
        self.zone = zone
        self.blocker = blocker
        isQueued = state.queued != nil
        nextDue = state.nextDue
    }

    /// Makes the run that waited, if it need not wait any more, and then whatever fell due.
    mutating func fire(grace: Duration, newJob: () -> JobID) {
        let first = state.nextDue.flatMap { $0 <= now ? $0 : nil }
        if first != nil { nextDue = state.definition.timing.next(after: now, in: zone) }
        if let queued = state.queued, queued.behind != blocker {
            let wish = Wish(due: queued.due, missedFrom: queued.missedFrom)
            if let blocker {
                queue(wish, behind: blocker)
            } else {
                isQueued = false
                run(wish, newJob)
            }
        }
        guard let first else { return }
        for wish in wishes(from: first, grace: grace) { make(wish, newJob) }
    }

    /// The runs that the policy about missed ones leaves; what it leaves out is recorded.
    private mutating func wishes(from first: Timestamp, grace: Duration) -> [Wish] {
        let limit = MissedRunPolicy.limit
        // One more than may be made up for, so that the last one that is left out is known.
        var dues = state.definition.timing.dues(from: first, through: now, limit: limit + 1, in: zone)
        guard let last = dues.last else { return [] }
        switch state.definition.missed {
        case .once: return [Wish(due: last, missedFrom: first == last ? nil : first)]
        case .all:
            if dues.count > limit { skip(through: dues.removeFirst(), from: first, .missed) }
            return dues.map { Wish(due: $0) }
        case .skip:
            let isOnTime = now - last <= grace
            if isOnTime { dues.removeLast() }
            if let missed = dues.last { skip(through: missed, from: first, .missed) }
            return isOnTime ? [Wish(due: last)] : []
        }
    }

    private mutating func make(_ wish: Wish, _ newJob: () -> JobID) {
        guard let blocker else { return run(wish, newJob) }
        switch state.definition.overlap {
        case .allow: run(wish, newJob)
        case .queueOne:
            guard !isQueued else { fallthrough }
            isQueued = true
            queue(wish, behind: blocker)
        case .skip: skip(through: wish.due, from: wish.missedFrom ?? wish.due, .overlap)
        }
    }

    private mutating func queue(_ wish: Wish, behind job: JobID) {
        events.append(
            .queued(
                ScheduleQueued(
                    name: state.name, due: wish.due, missedFrom: wish.missedFrom, behind: job,
                    nextDue: nextDue)))
    }

    private mutating func run(_ wish: Wish, _ newJob: () -> JobID) {
        let job = newJob()
        blocker = job
        events.append(
            .fired(
                ScheduleFired(
                    name: state.name, due: wish.due, missedFrom: wish.missedFrom, job: job, nextDue: nextDue))
        )
    }

    /// Leaves runs out; those that follow one another for one reason share an event.
    private mutating func skip(
        through last: Timestamp, from first: Timestamp, _ reason: ScheduleSkipped.Reason
    ) {
        var first = first
        if case .skipped(let before) = events.last, before.reason == reason {
            first = before.from ?? before.due
            events.removeLast()
        }
        events.append(
            .skipped(
                ScheduleSkipped(
                    name: state.name, due: last, from: first == last ? nil : first, reason: reason,
                    nextDue: nextDue)))
    }
}
