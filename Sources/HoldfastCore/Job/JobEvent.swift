/// A fact of a job's life.
///
/// Its stored form is made and read by `EventCodec` only.
public indirect enum JobEvent: Hashable, Sendable {
    case enqueued(JobEnqueued)
    case started(JobStarted)
    case paused(JobPaused)
    case unpaused(JobUnpaused)
    case cancelRequested(JobCancelRequested)
    case cancelled(JobCancelled)
    case attemptFailed(JobAttemptFailed)
    case rescheduled(JobRescheduled)
    case completed(JobCompleted)
    case failed(JobFailed)
    case retried(JobRetried)
    case leaseReleased(LeaseReleased)
    case leaseExpired(LeaseExpired)
    case stepStarted(StepStarted)
    case stepCompleted(StepCompleted)
    case stepFailed(StepFailed)
    case stepUnused(StepUnused)
    case progressUpdated(Progress)
    case logWritten(LogWritten)
    case appEmitted(AppEmitted)
    case artifactSaved(ArtifactSaved)
    case budgetCharged(BudgetCharged)
    case budgetWarned(BudgetWarned)
    case budgetExceeded(BudgetExceeded)
    case budgetRaised(BudgetRaised)
    case timerFired(TimerFired)
    case waiting(JobWaiting)
    case resumed(JobResumed)
    case checkpointOpened(CheckpointOpened)
    case checkpointDecided(CheckpointDecided)
    case checkpointExpired(CheckpointExpired)
    case checkpointRefused(CheckpointRefused)
    case signalReceived(SignalReceived)
    case signalConsumed(SignalConsumed)
    case timerSet(TimerSet)
    case childSpawned(ChildSpawned)
    case childFinished(ChildFinished)
    case reprioritised(JobReprioritised)
    case forked(JobForked)
    /// An event of this kind whose values were redacted.
    case redacted(EventKind)

    /// The stored name of the event's kind.
    public var kind: EventKind {
        switch self {
        case .enqueued: .jobEnqueued
        case .started: .jobStarted
        case .paused: .jobPaused
        case .unpaused: .jobUnpaused
        case .cancelRequested: .jobCancelRequested
        case .cancelled: .jobCancelled
        case .attemptFailed: .jobAttemptFailed
        case .rescheduled: .jobRescheduled
        case .completed: .jobCompleted
        case .failed: .jobFailed
        case .retried: .jobRetried
        case .leaseReleased: .leaseReleased
        case .leaseExpired: .leaseExpired
        case .stepStarted: .stepStarted
        case .stepCompleted: .stepCompleted
        case .stepFailed: .stepFailed
        case .stepUnused: .stepUnused
        case .progressUpdated: .progressUpdated
        case .logWritten: .logWritten
        case .appEmitted: .appEmitted
        case .artifactSaved: .artifactSaved
        case .budgetCharged: .budgetCharged
        case .budgetWarned: .budgetWarned
        case .budgetExceeded: .budgetExceeded
        case .budgetRaised: .budgetRaised
        case .timerFired: .timerFired
        case .waiting: .jobWaiting
        case .resumed: .jobResumed
        case .checkpointOpened: .checkpointOpened
        case .checkpointDecided: .checkpointDecided
        case .checkpointExpired: .checkpointExpired
        case .checkpointRefused: .checkpointRefused
        case .signalReceived: .signalReceived
        case .signalConsumed: .signalConsumed
        case .timerSet: .timerSet
        case .childSpawned: .childSpawned
        case .childFinished: .childFinished
        case .reprioritised: .jobReprioritised
        case .forked: .jobForked
        case .redacted(let kind): kind
        }
    }
}

/// A fact of the engine itself, which belongs to no job.
public enum EngineEvent: Hashable, Sendable {
    case workerJoined(WorkerJoined)
    case workerLeft(WorkerLeft)
    case schedule(ScheduleEvent)
    case queueConfigured(QueueConfigured)
    case queuePaused(QueuePaused)
    case queueResumed(QueueResumed)
    case bulk(BulkEvent)
    case requestAnswered(RequestAnswered)
    case pruned(EnginePruned)
    case archived(EngineArchived)
    case jobImported(JobImported)
    case logRestored(LogRestored)
    case redacted(EngineRedacted)
    case keyDestroyed(KeyDestroyed)
    case configured(EngineConfigured)

    /// The stored name of the event's kind.
    public var kind: EventKind {
        switch self {
        case .workerJoined: .engineWorkerJoined
        case .workerLeft: .engineWorkerLeft
        case .schedule(let event): event.kind
        case .queueConfigured: .queueConfigured
        case .queuePaused: .queuePaused
        case .queueResumed: .queueResumed
        case .bulk(let event): event.kind
        case .requestAnswered: .requestAnswered
        case .pruned: .enginePruned
        case .archived: .engineArchived
        case .jobImported: .engineImported
        case .logRestored: .engineRestored
        case .redacted: .engineRedacted
        case .keyDestroyed: .engineKeyDestroyed
        case .configured: .engineConfigured
        }
    }
}

/// What happened, to a job or to the engine.
public enum LogEvent: Hashable, Sendable {
    case job(JobEvent)
    case engine(EngineEvent)

    /// The stored name of the event's kind.
    public var kind: EventKind {
        switch self {
        case .job(let event): event.kind
        case .engine(let event): event.kind
        }
    }
}

/// An event as the log holds it: what happened, with its place, time and actor.
public struct RecordedEvent: Hashable, Sendable {
    /// The place in the whole log.
    public let position: EventLogPosition
    /// The job it belongs to; nil for an event of the engine itself.
    public let job: JobID?
    /// The place in the job's own stream, counted from 1; nil for an event of the engine itself.
    public let version: Int64?
    /// The moment by the injected clock.
    public let at: Timestamp
    /// The attempt during which it happened, counted from 1; nil for an event of the engine itself.
    public let attempt: Int?
    /// Who caused it.
    public let actor: EventActor
    /// What happened.
    public let event: LogEvent

    /// Puts a recorded event together.
    public init(
        position: EventLogPosition, job: JobID?, version: Int64?, at: Timestamp, attempt: Int?,
        actor: EventActor,
        event: LogEvent
    ) {
        self.position = position
        self.job = job
        self.version = version
        self.at = at
        self.attempt = attempt
        self.actor = actor
        self.event = event
    }
}
