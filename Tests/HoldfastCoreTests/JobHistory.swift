import HoldfastCore

/// Grows one job's stream event by event, as a store would record it.
///
/// It assigns what a store assigns: versions without gaps from 1, positions that rise by ten (other streams write in
/// between, and no version may be taken for a position), the attempt that the job is in, and a time that moves on by
/// one second from event to event.
struct JobHistory: Sendable {
    /// The job whose stream it is.
    let job: JobID
    /// The stream so far.
    private(set) var events: [RecordedEvent] = []
    /// The fold of the stream; nil before the first event.
    private(set) var state: JobState?
    /// The fold of the stream for each step.
    private(set) var steps: [StepKey: StepRecord] = [:]
    /// The fold of the stream for each wait.
    private(set) var waits: [WaitKey: WaitRecord] = [:]
    /// The moment at which the next command is decided and the next event recorded.
    var time: Timestamp

    /// The moment of a history's first event: 2026-10-08T12:00:00Z.
    static let start = Timestamp(microseconds: 1_791_460_800_000_000)
    /// How far a history's time moves on with each event.
    static let tick = Duration.seconds(1)

    /// Begins an empty stream.
    init(job: JobID = JobID(at: JobHistory.start, random: 1), at time: Timestamp = JobHistory.start) {
        self.job = job
        self.time = time
    }

    /// The position at which the event of this version stands.
    static func position(ofVersion version: Int64) -> EventLogPosition { EventLogPosition(version * 10) }

    /// The lease of the job; nil while nobody runs it.
    var token: LeaseToken? {
        guard case .running(let running) = state?.phase else { return nil }
        return running.token
    }

    /// Decides a command on the state so far, without recording anything.
    func decide(_ command: JobCommand) -> Result<[JobEvent], JobRejection> {
        do throws(JobRejection) {
            return .success(try JobState.decide(command, on: state, at: time))
        } catch {
            return .failure(error)
        }
    }

    /// The event as it would be recorded next.
    func next(_ event: JobEvent, by actor: EventActor? = nil) -> RecordedEvent {
        let version = (state?.version ?? 0) + 1
        return RecordedEvent(
            position: JobHistory.position(ofVersion: version), job: job, version: version, at: time,
            attempt: state?.attempt ?? 1, actor: actor ?? event.usualActor, event: .job(event))
    }

    /// Records the events of one command: all at the same moment.
    ///
    /// - Throws: `IllegalTransition` when an event cannot follow; the ones before it are recorded then.
    mutating func record(_ decided: [JobEvent], by actor: EventActor? = nil) throws(IllegalTransition) {
        for event in decided {
            let recorded = next(event, by: actor)
            state = try JobState.applying(recorded, to: state)
            if let step = event.step { steps[step] = StepRecord.applying(recorded, to: steps[step]) }
            if let wait = event.wait { waits[wait] = WaitRecord.applying(recorded, to: waits[wait]) }
            if event.kind.isTerminal { waits = waits.mapValues(\.afterJobEnded) }
            events.append(recorded)
        }
        if !decided.isEmpty { time = time + JobHistory.tick }
    }
}

extension JobEvent {
    /// Who causes an event of this kind where nothing else was said.
    fileprivate var usualActor: EventActor {
        switch self {
        case .enqueued, .paused, .unpaused, .cancelRequested, .cancelled, .retried, .checkpointDecided,
            .checkpointRefused, .signalReceived, .reprioritised, .forked, .budgetRaised:
            .person("ana")
        case .leaseExpired, .timerFired, .checkpointExpired, .resumed, .childFinished: .engine("engine-1")
        default: .worker("worker-1")
        }
    }
}
