import HoldfastCore
import HoldfastStore

/// What a job did when: its states, its steps and what it waited for, as stretches of time.
///
/// It is folded from the job's events, from the first one on.
struct JobTimeline: Sendable {
    /// What happens during a stretch of time, the least telling first: where several share a column, the last counts.
    enum Activity: Int, Hashable, Sendable, CaseIterable, Comparable {
        /// It waits for a worker.
        case queued
        /// It does not start until somebody resumes it.
        case paused
        /// It is due later: after a delay, or before it is tried again.
        case later
        /// It waits for somebody or something.
        case waiting
        /// It runs.
        case running
        /// It ended with an error at a moment.
        case failed
        /// Its process died at a moment.
        case crashed

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// A stretch of time.
    struct Span: Hashable, Sendable {
        var activity: Activity
        var start: Timestamp
        /// Nil while it goes on.
        var end: Timestamp?
    }

    /// What is drawn on one line.
    struct Lane: Hashable, Sendable {
        /// What it is of: a step or a wait; nil for the job itself.
        let name: LaneName?
        var spans: [Span] = []

        /// The time that was spent on something, in microseconds; what goes on counts up to a moment.
        func length(of activity: Activity, until now: Timestamp) -> Int64 {
            spans.filter { $0.activity == activity }.reduce(0) { sum, span in
                sum + max(0, (span.end ?? now).microseconds - span.start.microseconds)
            }
        }
    }

    /// What a line is of.
    enum LaneName: Hashable, Sendable {
        case step(StepKey)
        case wait(WaitKey)
    }

    /// The job as it is after the last event.
    private(set) var state: JobState?
    /// The moments of the first and the last event.
    private(set) var first, last: Timestamp?
    private var jobLane = Lane(name: nil)
    private var others: [Lane] = []
    private var places: [LaneName: Int] = [:]

    /// The job itself, and then its steps and waits in the order in which they began.
    var lanes: [Lane] { [jobLane] + others }

    /// When the picture ends: with the last event of a job that ended, else now.
    func end(at now: Timestamp) -> Timestamp {
        guard let last else { return now }
        return state?.phase.name.isEnded == true ? last : max(last, now)
    }

    /// Folds an event in; one of a newer program changes nothing.
    ///
    /// - Throws: `CommandFailure` for a job that was redacted; `IllegalTransition` when the log is damaged.
    mutating func apply(_ event: StoredEvent) throws {
        first = first ?? event.at
        last = event.at
        guard let recorded = try? event.decoded(), case .job(let fact) = recorded.event else { return }
        if case .redacted = fact {
            throw CommandFailure(
                .jobRefused,
                "the job's values were redacted, so nobody knows its steps and waits; leave --format timeline out"
            )
        }
        let wasRunning = state?.phase.name == .running
        state = try JobState.applying(recorded, to: state)
        follow(fact, at: event.at)
        let isRunning = state?.phase.name == .running
        if wasRunning, !isRunning { stopSteps(at: event.at, crashed: fact.kind == .leaseExpired) }
        followState(at: event.at)
    }

    private mutating func followState(at moment: Timestamp) {
        guard let activity = state?.phase.activity else {
            jobLane.close(at: moment)
            return
        }
        guard jobLane.open?.activity != activity else { return }
        jobLane.close(at: moment)
        jobLane.spans.append(Span(activity: activity, start: moment))
    }

    private mutating func follow(_ fact: JobEvent, at moment: Timestamp) {
        switch fact {
        case .stepStarted(let event): begin(.running, .step(event.step), at: moment)
        case .stepCompleted(let event): complete(event, at: moment)
        case .stepFailed(let event):
            mark(.failed, .step(event.step), at: moment)
            if let retryAt = event.retryAt, retryAt > moment { begin(.later, .step(event.step), at: moment) }
        case .attemptFailed, .failed: jobLane.mark(.failed, at: moment)
        case .leaseExpired: jobLane.mark(.crashed, at: moment)
        case .checkpointOpened(let event): begin(.waiting, .wait(event.checkpoint), at: moment)
        case .checkpointDecided(let event): end(.wait(event.checkpoint), at: moment)
        case .checkpointExpired(let event): end(.wait(event.checkpoint), at: moment)
        case .timerSet(let event): begin(.waiting, .wait(event.wait), at: moment)
        case .timerFired(let event):
            if let wait = event.wait { end(.wait(wait), at: moment) }
        case .waiting(let event):
            for case .wait(let wait, _) in event.reasons where wait.kind == .signal {
                begin(.waiting, .wait(wait), at: moment)
            }
        case .signalReceived(let event): end(.wait(event.signal), at: moment)
        case .childSpawned(let event): begin(.waiting, .wait(event.child), at: moment)
        case .childFinished(let event): end(.wait(event.child), at: moment)
        default: break
        }
    }

    /// A step that was begun in its own event goes on to here; of another one its duration is known.
    private mutating func complete(_ event: StepCompleted, at moment: Timestamp) {
        let place = place(of: .step(event.step))
        if others[place].open == nil {
            let start = event.reusedFrom == nil ? moment + .microseconds(-event.duration) : moment
            others[place].spans.append(Span(activity: .running, start: start))
        }
        others[place].close(at: moment)
    }

    private mutating func begin(_ activity: Activity, _ name: LaneName, at moment: Timestamp) {
        let place = place(of: name)
        guard others[place].open?.activity != activity else { return }
        others[place].close(at: moment)
        others[place].spans.append(Span(activity: activity, start: moment))
    }

    private mutating func end(_ name: LaneName, at moment: Timestamp) {
        guard let place = places[name] else { return }
        others[place].close(at: moment)
    }

    private mutating func mark(_ activity: Activity, _ name: LaneName, at moment: Timestamp) {
        others[place(of: name)].mark(activity, at: moment)
    }

    private mutating func stopSteps(at moment: Timestamp, crashed: Bool) {
        for (name, place) in places where others[place].open?.activity == .running {
            guard case .step = name else { continue }
            others[place].close(at: moment)
            if crashed { others[place].mark(.crashed, at: moment) }
        }
    }

    private mutating func place(of name: LaneName) -> Int {
        if let place = places[name] { return place }
        places[name] = others.count
        others.append(Lane(name: name))
        return others.count - 1
    }
}

extension JobTimeline.Lane {
    /// The stretch that goes on.
    fileprivate var open: JobTimeline.Span? { spans.last.flatMap { $0.end == nil ? $0 : nil } }

    fileprivate mutating func close(at moment: Timestamp) {
        guard open != nil else { return }
        spans[spans.count - 1].end = moment
    }

    /// Ends what goes on and keeps a moment.
    fileprivate mutating func mark(_ activity: JobTimeline.Activity, at moment: Timestamp) {
        close(at: moment)
        spans.append(JobTimeline.Span(activity: activity, start: moment, end: moment))
    }
}

extension JobPhase {
    /// What a job in this state does; nil for one that ended.
    fileprivate var activity: JobTimeline.Activity? {
        switch self {
        case .scheduled: .later
        case .queued: .queued
        case .running: .running
        case .waiting: .waiting
        case .paused: .paused
        case .completed, .failed, .cancelled: nil
        }
    }
}
