import HoldfastCore
import HoldfastStore

/// What is known about where a job stands; what follows from it is `reasons`.
struct StandingFacts {
    let job: JobState
    let position: EventLogPosition
    let now: Timestamp
    /// What gave a scheduled job its due time: the newest event that could.
    var dueCause: RecordedEvent?
    /// What a waiting job waits for.
    var waits: WaitFacts?
    /// What a running job does.
    var run: RunFacts?
    /// What stands between a job that has not ended and a worker.
    var lane: LaneFacts?

    /// Reads the facts.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`, `EventDecodingError`.
    init(
        _ id: JobID, from reader: any StorageReader, isAlive: (EngineID) -> Bool, at now: Timestamp
    ) throws {
        position = try reader.head().position
        guard let job = try reader.job(id) else { throw JobRejection.unknownJob }
        self.job = job
        self.now = now
        switch job.phase {
        case .scheduled: dueCause = try StandingFacts.dueCause(of: id, from: reader)
        case .waiting(let waiting): waits = try WaitFacts(waiting, of: job, from: reader)
        case .running(let running): run = try RunFacts(running, of: job, from: reader)
        case .queued, .paused, .completed, .failed, .cancelled: break
        }
        switch job.phase.name {
        case .scheduled, .queued, .waiting, .paused:
            lane = try LaneFacts(of: job, from: reader, isAlive: isAlive)
        case .running, .completed, .failed, .cancelled: break
        }
    }

    private static func dueCause(of job: JobID, from reader: any StorageReader) throws -> RecordedEvent? {
        let query = EventQuery(
            job: job, kinds: [.jobEnqueued, .jobAttemptFailed, .jobRescheduled], limit: 1, fromEnd: true)
        return try reader.events(query).events.first?.decoded()
    }

    /// Why the job is where it is, the most decisive first.
    var reasons: [StandingReason] { phaseReasons + (job.isRedacted ? [StandingReason(.redacted)] : []) }

    private var phaseReasons: [StandingReason] {
        switch job.phase {
        case .scheduled(let until): dueReasons(until) + (lane?.lasting(job) ?? [])
        case .queued(let since): lane?.reasons(job, since: since, at: now) ?? []
        case .running(let running): run?.reasons(job, running, at: now) ?? []
        case .waiting(let waiting): (waits?.reasons(waiting) ?? []) + (lane?.lasting(job) ?? [])
        case .paused(let paused): pauseReasons(paused) + (lane?.lasting(job) ?? [])
        case .completed(let at): [StandingReason(.completed, since: at)]
        case .failed(let at, let failure, let cause):
            [
                StandingReason(.failed, since: at) {
                    $0.failure = failure
                    $0.step = failure.step
                    $0.cause = cause
                    $0.attempt = job.attempt - job.firstAttemptOfLife + 1
                    $0.attempts = job.origin.retry.maxAttempts
                }
            ]
        case .cancelled(let at, let actor, let reason):
            [
                StandingReason(.cancelled, since: at) {
                    $0.actor = actor
                    $0.reason = reason
                }
            ]
        }
    }

    /// Why the job has a due time, and that it has passed where nobody looked.
    private func dueReasons(_ until: Timestamp) -> [StandingReason] {
        let overdue = until <= now ? [StandingReason(.due, since: until)] : []
        return overdue + [dueReason(until)]
    }

    private func dueReason(_ until: Timestamp) -> StandingReason {
        switch dueCause?.event {
        case .job(.attemptFailed(let event)):
            StandingReason(.awaitsRetry, since: dueCause?.at, until: until) {
                $0.failure = event.failure
                $0.step = event.failure.step
                $0.attempt = (dueCause?.attempt ?? job.attempt) - job.firstAttemptOfLife + 1
                $0.attempts = job.origin.retry.maxAttempts
            }
        case .job(.rescheduled(let event)):
            StandingReason(code(of: event), since: dueCause?.at, until: until) {
                $0.actor = dueCause?.actor
                $0.reason = event.reason
            }
        default:
            StandingReason(
                job.origin.debounce == nil ? .delayed : .debounced, since: dueCause?.at, until: until
            ) { $0.actor = dueCause?.actor }
        }
    }

    private func code(of event: JobRescheduled) -> StandingReason.Code {
        if event.reason == EnqueueDecision.debouncedReason { return .debounced }
        return dueCause?.actor.role == .worker ? .snoozed : .rescheduled
    }

    private func pauseReasons(_ paused: PausedPhase) -> [StandingReason] {
        let isCrash = paused.actor.role == .engine && job.crashes > 0
        let pause = StandingReason(isCrash ? .crashed : .paused, since: paused.at) {
            $0.actor = paused.actor
            $0.reason = paused.reason
            if isCrash { $0.count = job.crashes }
        }
        guard job.costs.isExhausted else { return [pause] }
        let budget = StandingReason(.budgetExhausted, since: paused.at) {
            $0.budget = job.costs.budget
            $0.spent = job.costs.spentOfBudget
        }
        return paused.reason == JobBudget.pauseReason && paused.actor.role == .worker
            ? [budget] : [pause, budget]
    }
}
