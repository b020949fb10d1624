extension JobState {
    /// Folds one event into the state before it, or begins a job with its first event.
    ///
    /// - Throws: `IllegalTransition` when the event cannot follow; a damaged log must stop replay, not pass.
    public static func applying(
        _ recorded: RecordedEvent, to state: JobState?
    ) throws(IllegalTransition) -> JobState {
        guard let state else { return try JobState(first: recorded) }
        var next = state
        try next.apply(recorded)
        return next
    }

    /// Folds one event into the state.
    ///
    /// - Throws: `IllegalTransition`; the state is unchanged then.
    public mutating func apply(_ recorded: RecordedEvent) throws(IllegalTransition) {
        guard case .job(let event) = recorded.event, recorded.job == id else {
            throw recorded.illegal("it belongs to another stream")
        }
        guard recorded.version == version + 1 else {
            throw recorded.illegal("version \(recorded.version ?? 0) stands where \(version + 1) should")
        }
        var next = self
        next.version += 1
        try next.fold(event, recorded)
        if next.phase.name != phase.name { next.phasePosition = recorded.position }
        self = next
    }

    private init(first recorded: RecordedEvent) throws(IllegalTransition) {
        guard case .job(.enqueued(let event)) = recorded.event, let job = recorded.job, recorded.version == 1
        else {
            throw recorded.illegal("a job's stream begins with job.enqueued at version 1")
        }
        self.init(
            id: job,
            origin: JobOrigin(
                kind: event.kind, handlerVersion: event.handlerVersion, queue: event.queue, key: event.key,
                owner: event.owner, tags: event.tags, retry: event.retry, parent: event.parent,
                fork: event.fork, enqueuedAt: recorded.at, debounce: event.debounce,
                trace: event.trace, limitKey: event.limitKey, isEncrypted: event.isEncrypted),
            costs: JobCosts(budget: event.budget),
            version: 1, priority: event.priority, life: 1, attempt: 1, firstAttemptOfLife: 1, crashes: 0,
            recordedSteps: 0, progress: nil, lastFailure: nil, startedAt: nil,
            phase: JobPhase.ready(at: recorded.at, due: event.notBefore), phasePosition: recorded.position)
    }

    private mutating func fold(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        switch event {
        case .enqueued:
            throw recorded.illegal("the job exists already")
        case .started(let event):
            guard case .queued = phase else { throw recorded.illegal(in: phase) }
            startedAt = startedAt ?? recorded.at
            phase = .running(
                RunningPhase(
                    token: LeaseToken(recorded.position), worker: event.worker, engine: event.engine,
                    since: recorded.at))
        case .paused(let event): try fold(event, recorded)
        case .unpaused: try foldUnpaused(recorded)
        case .cancelRequested(let event):
            var running = try requireRunning(recorded)
            running.cancelRequest = StopRequest(recorded, reason: event.reason, deadline: event.deadline)
            phase = .running(running)
        case .timerFired(let event): try fold(event, recorded)
        case .reprioritised(let event):
            guard !phase.name.isEnded else { throw recorded.illegal(in: phase) }
            priority = event.priority
        case .rescheduled(let event): try fold(event, recorded)
        case .retried:
            guard phase.name.isEnded else { throw recorded.illegal(in: phase) }
            life += 1
            attempt += 1
            stepFailures = 0
            firstAttemptOfLife = attempt
            crashes = 0
            phase = .queued(since: recorded.at)
        case .budgetRaised: try foldRaise(event, recorded)
        case .completed, .failed, .cancelled:
            try foldEnding(event, recorded)
        case .attemptFailed, .leaseReleased, .leaseExpired:
            try foldLeaseEnd(event, recorded)
        case .stepStarted, .stepCompleted, .stepFailed, .stepUnused, .progressUpdated, .logWritten,
            .appEmitted, .artifactSaved, .budgetCharged, .budgetWarned, .budgetExceeded:
            try foldWork(event, recorded)
        case .waiting, .resumed, .checkpointOpened, .checkpointDecided, .checkpointExpired,
            .checkpointRefused,
            .signalReceived, .signalConsumed, .timerSet, .childSpawned, .childFinished:
            try foldWait(event, recorded)
        case .forked: break
        case .redacted: throw recorded.illegal("its values were redacted")
        }
    }

    private mutating func foldRaise(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        guard !phase.name.isEnded else { throw recorded.illegal(in: phase) }
        guard costs.budget != nil else { throw recorded.illegal("the job has no budget") }
        foldBudget(event)
    }

    /// While the job runs it is a request, which counts once the worker gives the job back.
    private mutating func fold(_ event: JobPaused, _ recorded: RecordedEvent) throws(IllegalTransition) {
        if case .running(var running) = phase {
            running.pauseRequest = StopRequest(recorded, reason: event.reason, deadline: event.deadline)
            phase = .running(running)
            return
        }
        phase = .paused(
            PausedPhase(
                at: recorded.at, actor: recorded.actor, reason: event.reason, due: try dueTime(recorded)))
    }

    private mutating func foldUnpaused(_ recorded: RecordedEvent) throws(IllegalTransition) {
        switch phase {
        case .paused(let paused):
            crashes = 0
            phase = .ready(at: recorded.at, due: paused.due)
        case .running(var running):
            running.pauseRequest = nil
            phase = .running(running)
        default: throw recorded.illegal(in: phase)
        }
    }

    /// A new due time: the handler's own, which takes the lease away, or a person's for a job that nobody runs.
    private mutating func fold(_ event: JobRescheduled, _ recorded: RecordedEvent) throws(IllegalTransition) {
        switch phase {
        case .running(let running): giveBack(running, at: recorded.at, due: event.until)
        case .scheduled, .queued: phase = .ready(at: recorded.at, due: event.until)
        case .paused(let paused):
            phase = .paused(
                PausedPhase(at: paused.at, actor: paused.actor, reason: paused.reason, due: event.until))
        case .waiting, .completed, .failed, .cancelled: throw recorded.illegal(in: phase)
        }
    }

    /// Ends the lease without ending the job: it is ready again, or paused where somebody asked for that.
    private mutating func giveBack(_ running: RunningPhase, at now: Timestamp, due: Timestamp?) {
        if let request = running.pauseRequest {
            phase = .paused(PausedPhase(at: now, actor: request.actor, reason: request.reason, due: due))
        } else {
            phase = .ready(at: now, due: due)
        }
    }

    /// The three endings (P6).
    private mutating func foldEnding(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        switch event {
        case .completed:
            _ = try requireRunning(recorded)
            phase = .completed(at: recorded.at)
        case .failed(let event):
            _ = try requireRunning(recorded)
            lastFailure = event.failure
            phase = .failed(at: recorded.at, failure: event.failure, cause: event.cause)
        case .cancelled(let event):
            guard !phase.name.isEnded else { throw recorded.illegal(in: phase) }
            phase = .cancelled(at: recorded.at, by: recorded.actor, reason: event.reason)
        default:
            throw recorded.illegal("it is no ending")
        }
    }

    /// What takes the lease away without ending the job.
    private mutating func foldLeaseEnd(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition)
    {
        let running = try requireRunning(recorded)
        switch event {
        case .attemptFailed(let event):
            attempt += 1
            crashes = 0
            stepFailures = 0
            lastFailure = event.failure
            giveBack(running, at: recorded.at, due: event.retryAt)
        case .leaseReleased(let event):
            guard event.token == running.token else {
                throw recorded.illegal("the lease is \(running.token)")
            }
            giveBack(running, at: recorded.at, due: nil)
        case .leaseExpired(let event):
            guard event.token == running.token else {
                throw recorded.illegal("the lease is \(running.token)")
            }
            crashes += 1
            giveBack(running, at: recorded.at, due: nil)
        default:
            throw recorded.illegal("it does not end a lease")
        }
    }

    /// What a worker writes while it holds the lease.
    private mutating func foldWork(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        // A job that was made from another one begins with that one's results.
        if case .stepCompleted(let event) = event, event.reusedFrom != nil, mayReuseSteps {
            recordedSteps += 1
            return
        }
        _ = try requireRunning(recorded)
        switch event {
        case .stepCompleted:
            recordedSteps += 1
            crashes = 0
        case .stepFailed:
            stepFailures += 1
        case .progressUpdated(let value):
            progress = value
        case .budgetCharged, .budgetWarned:
            foldBudget(event)
        default:
            break
        }
    }

    func requireRunning(_ recorded: RecordedEvent) throws(IllegalTransition) -> RunningPhase {
        guard case .running(let running) = phase else { throw recorded.illegal(in: phase) }
        return running
    }

    /// The due time that a job about to be paused goes back to.
    private func dueTime(_ recorded: RecordedEvent) throws(IllegalTransition) -> Timestamp? {
        switch phase {
        case .scheduled(let until): until
        case .queued, .waiting: nil
        case .running, .paused, .completed, .failed, .cancelled: throw recorded.illegal(in: phase)
        }
    }
}

extension JobPhase {
    /// Waits for the due time when it lies ahead, else for a worker.
    static func ready(at now: Timestamp, due: Timestamp?) -> JobPhase {
        guard let due, due > now else { return .queued(since: now) }
        return .scheduled(until: due)
    }
}

extension StopRequest {
    init(_ recorded: RecordedEvent, reason: String?, deadline: Timestamp?) {
        self.init(actor: recorded.actor, reason: reason, at: recorded.at, deadline: deadline)
    }
}

extension RecordedEvent {
    func illegal(_ reason: String) -> IllegalTransition {
        IllegalTransition(position: position, kind: event.kind, reason: reason)
    }

    func illegal(in phase: JobPhase) -> IllegalTransition {
        illegal("the job is \(phase.name.rawValue)")
    }
}
