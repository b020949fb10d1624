/// The stored name of a kind of event: a literal `group.event`, never derived from a Swift name.
public enum EventKind: String, Hashable, Sendable, CaseIterable {
    case jobEnqueued = "job.enqueued"
    case jobStarted = "job.started"
    case jobPaused = "job.paused"
    case jobUnpaused = "job.unpaused"
    case jobCancelRequested = "job.cancelRequested"
    case jobCancelled = "job.cancelled"
    case jobAttemptFailed = "job.attemptFailed"
    case jobRescheduled = "job.rescheduled"
    case jobCompleted = "job.completed"
    case jobFailed = "job.failed"
    case jobRetried = "job.retried"
    case jobWaiting = "job.waiting"
    case jobResumed = "job.resumed"
    case jobReprioritised = "job.reprioritised"
    case jobForked = "job.forked"
    case leaseReleased = "lease.released"
    case leaseExpired = "lease.expired"
    case stepStarted = "step.started"
    case stepCompleted = "step.completed"
    case stepFailed = "step.failed"
    case stepUnused = "step.unused"
    case progressUpdated = "progress.updated"
    case logWritten = "log.written"
    case appEmitted = "app.emitted"
    case artifactSaved = "artifact.saved"
    case budgetCharged = "budget.charged"
    case budgetWarned = "budget.warned"
    case budgetExceeded = "budget.exceeded"
    case budgetRaised = "budget.raised"
    case timerSet = "timer.set"
    case timerFired = "timer.fired"
    case checkpointOpened = "checkpoint.opened"
    case checkpointDecided = "checkpoint.decided"
    case checkpointExpired = "checkpoint.expired"
    case checkpointRefused = "checkpoint.refused"
    case signalReceived = "signal.received"
    case signalConsumed = "signal.consumed"
    case childSpawned = "child.spawned"
    case childFinished = "child.finished"
    case scheduleSet = "schedule.set"
    case scheduleRemoved = "schedule.removed"
    case schedulePaused = "schedule.paused"
    case scheduleResumed = "schedule.resumed"
    case scheduleFired = "schedule.fired"
    case scheduleQueued = "schedule.queued"
    case scheduleSkipped = "schedule.skipped"
    case queueConfigured = "queue.configured"
    case queuePaused = "queue.paused"
    case queueResumed = "queue.resumed"
    case bulkStarted = "bulk.started"
    case bulkProgressed = "bulk.progressed"
    case bulkFinished = "bulk.finished"
    case requestAnswered = "request.answered"
    case engineWorkerJoined = "engine.workerJoined"
    case engineWorkerLeft = "engine.workerLeft"
    case enginePruned = "engine.pruned"
    case engineArchived = "engine.archived"
    case engineImported = "engine.imported"
    case engineRestored = "engine.restored"
    case engineRedacted = "engine.redacted"
    case engineKeyDestroyed = "engine.keyDestroyed"
    case engineConfigured = "engine.configured"

    /// The kinds of a schedule's events.
    public static let ofSchedules: Set<EventKind> = [
        .scheduleSet, .scheduleRemoved, .schedulePaused, .scheduleResumed, .scheduleFired, .scheduleQueued,
        .scheduleSkipped,
    ]

    /// The kinds that tell which workers came and went.
    public static let ofWorkers: Set<EventKind> = [.engineWorkerJoined, .engineWorkerLeft]

    /// The kinds of what engines tell of themselves and do to the file.
    public static let ofEngines = Set(allCases.filter { $0.rawValue.hasPrefix("engine.") })

    /// The kinds that end a life of a job (P6).
    public static let endings: Set<EventKind> = [.jobCompleted, .jobFailed, .jobCancelled]

    /// Tells whether an event of this kind ends a life of a job (P6).
    public var isTerminal: Bool { EventKind.endings.contains(self) }
}
