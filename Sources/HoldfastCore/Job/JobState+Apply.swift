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
                owner: event.owner, tags: event.tags, retry: event.retry, enqueuedAt: recorded.at,
                debounce: event.debounce),
            version: 1, priority: event.priority, life: 1, attempt: 1, firstAttemptOfLife: 1, crashes: 0,
            recordedSteps: 0, progress: nil, lastFailure: nil, startedAt: nil,
            phase: JobPhase.ready(at: recorded.at, due: event.notBefore))
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
                    since: recorded.at, cancelRequest: nil))
        case .paused(let event):
            phase = .paused(
                PausedPhase(
                    at: recorded.at, actor: recorded.actor, reason: event.reason,
                    due: try dueTime(recorded)))
        case .unpaused:
            guard case .paused(let paused) = phase else { throw recorded.illegal(in: phase) }
            crashes = 0
            phase = .ready(at: recorded.at, due: paused.due)
        case .cancelRequested(let event):
            var running = try requireRunning(recorded)
            running.cancelRequest = CancelRequest(
                actor: recorded.actor, reason: event.reason, at: recorded.at)
            phase = .running(running)
        case .timerFired(let event):
            guard case .scheduled(let until) = phase else { throw recorded.illegal(in: phase) }
            guard event.due == until, until <= recorded.at else {
                throw recorded.illegal("the job is due at \(until)")
            }
            phase = .queued(since: recorded.at)
        case .retried:
            guard phase.name.isEnded else { throw recorded.illegal(in: phase) }
            life += 1
            attempt += 1
            firstAttemptOfLife = attempt
            crashes = 0
            phase = .queued(since: recorded.at)
        case .rescheduled(let event):
            switch phase {
            case .scheduled, .queued, .running: phase = .ready(at: recorded.at, due: event.until)
            case .paused, .completed, .failed, .cancelled: throw recorded.illegal(in: phase)
            }
        case .completed, .failed, .cancelled:
            try foldEnding(event, recorded)
        case .attemptFailed, .leaseReleased, .leaseExpired:
            try foldLeaseEnd(event, recorded)
        case .stepStarted, .stepCompleted, .stepFailed, .stepUnused, .progressUpdated, .logWritten,
            .appEmitted, .artifactSaved:
            try foldWork(event, recorded)
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
            lastFailure = event.failure
            phase = .ready(at: recorded.at, due: event.retryAt)
        case .leaseReleased(let event):
            guard event.token == running.token else {
                throw recorded.illegal("the lease is \(running.token)")
            }
            phase = .queued(since: recorded.at)
        case .leaseExpired(let event):
            guard event.token == running.token else {
                throw recorded.illegal("the lease is \(running.token)")
            }
            crashes += 1
            phase = .queued(since: recorded.at)
        default:
            throw recorded.illegal("it does not end a lease")
        }
    }

    /// What a worker writes while it holds the lease.
    private mutating func foldWork(_ event: JobEvent, _ recorded: RecordedEvent) throws(IllegalTransition) {
        _ = try requireRunning(recorded)
        switch event {
        case .stepCompleted:
            recordedSteps += 1
            crashes = 0
        case .progressUpdated(let value):
            progress = value
        default:
            break
        }
    }

    private func requireRunning(_ recorded: RecordedEvent) throws(IllegalTransition) -> RunningPhase {
        guard case .running(let running) = phase else { throw recorded.illegal(in: phase) }
        return running
    }

    /// The due time that a job about to be paused goes back to.
    private func dueTime(_ recorded: RecordedEvent) throws(IllegalTransition) -> Timestamp? {
        switch phase {
        case .scheduled(let until): until
        case .queued: nil
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

extension RecordedEvent {
    fileprivate func illegal(_ reason: String) -> IllegalTransition {
        IllegalTransition(position: position, kind: event.kind, reason: reason)
    }

    fileprivate func illegal(in phase: JobPhase) -> IllegalTransition {
        illegal("the job is \(phase.name.rawValue)")
    }
}
