import HoldfastCore

// Events with values that a specification does not care about, so that it names only those that it does.

extension JobEvent {
    /// The job is accepted.
    static func enqueued(
        notBefore: Timestamp? = nil, retry: RetryPolicy = .constant(maxAttempts: 3, every: .seconds(10)),
        budget: JobBudget? = nil
    ) -> JobEvent {
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: .null, notBefore: notBefore, retry: retry, budget: budget))
    }

    /// A worker claims the job.
    static func started(worker: WorkerID = "worker-1") -> JobEvent {
        .started(JobStarted(worker: worker, engine: "engine-1"))
    }

    /// The worker that started the job in the event of this version is gone.
    static func crashed(startedIn version: Int64) -> JobEvent {
        .leaseExpired(
            LeaseExpired(token: .given(inVersion: version), worker: "worker-1", cause: .processDied))
    }

    /// The worker that started the job in the event of this version gives it back.
    static func released(startedIn version: Int64, reason: String = "drain") -> JobEvent {
        .leaseReleased(LeaseReleased(token: .given(inVersion: version), reason: reason))
    }

    /// The attempt fails; the next one is due at a moment, which is past unless one is named.
    static func attemptFailed(retryAt: Timestamp = JobHistory.start) -> JobEvent {
        .attemptFailed(JobAttemptFailed(failure: .sample, retryAt: retryAt))
    }

    /// The handler asks for a later time.
    static func rescheduled(until: Timestamp) -> JobEvent { .rescheduled(JobRescheduled(until: until)) }

    /// The handler returns.
    static func completed() -> JobEvent { .completed(JobCompleted(output: .null)) }

    /// The job fails for good.
    static func failed(cause: FailureCause = .discarded) -> JobEvent {
        .failed(JobFailed(failure: .sample, cause: cause))
    }

    /// The job is cancelled.
    static func cancelled(reason: String? = nil) -> JobEvent { .cancelled(JobCancelled(reason: reason)) }

    /// Somebody asks the handler to stop.
    static func cancelRequested(reason: String? = nil) -> JobEvent {
        .cancelRequested(JobCancelRequested(reason: reason))
    }

    /// Somebody opens a new life.
    static func retried() -> JobEvent { .retried(JobRetried()) }

    /// Somebody pauses the job.
    static func paused(reason: String? = nil) -> JobEvent { .paused(JobPaused(reason: reason)) }

    /// Somebody lets the job go on.
    static func unpaused() -> JobEvent { .unpaused(JobUnpaused()) }

    /// The handler asks a person; ten minutes after the history began it is rejected.
    static func checkpointOpened(_ checkpoint: WaitKey = .gate) -> JobEvent {
        .checkpointOpened(CheckpointOpened(checkpoint: checkpoint, deadline: Situation.due))
    }

    /// The worker gives the job back until the checkpoint is decided.
    static func waiting(_ wait: WaitKey = .gate) -> JobEvent {
        .waiting(JobWaiting([.wait(wait, until: Situation.due)]))
    }

    /// The due time is reached.
    static func timerFired(due: Timestamp) -> JobEvent { .timerFired(TimerFired(due: due)) }

    /// A step begins.
    static func stepStarted(_ step: StepKey) -> JobEvent { .stepStarted(StepStarted(step: step)) }

    /// A step's result is recorded.
    static func stepCompleted(_ step: StepKey, output: Payload = .null, duration: Int64 = 5) -> JobEvent {
        .stepCompleted(StepCompleted(step: step, output: output, duration: duration))
    }

    /// A step throws.
    static func stepFailed(_ step: StepKey, retryAt: Timestamp? = nil) -> JobEvent {
        .stepFailed(StepFailed(step: step, failure: .sample, retryAt: retryAt))
    }

    /// A recorded step is no longer asked for.
    static func stepUnused(_ step: StepKey) -> JobEvent { .stepUnused(StepUnused(step: step)) }
}

extension ArtifactSaved {
    /// A small file.
    static func sample(_ name: ArtifactName = "report.pdf", sha256: String = "ab") -> ArtifactSaved {
        ArtifactSaved(name: name, mediaType: "application/pdf", bytes: 7, sha256: sha256)
    }
}

extension JobFailure {
    /// An error that nothing depends on.
    static let sample = JobFailure(type: "SampleError", message: "the sample is broken")
}

extension LeaseToken {
    /// The token of the claim that a history holds as this version.
    static func given(inVersion version: Int64) -> LeaseToken {
        LeaseToken(JobHistory.position(ofVersion: version))
    }
}

extension JobCommand {
    /// A worker wants the job.
    static func start() -> JobCommand { .start(worker: "worker-1", engine: "engine-1") }

    /// The reaper takes the lease of a process that died.
    static func expire(_ token: LeaseToken, crashLimit: Int = 5) -> JobCommand {
        .expireLease(token, .processDied, crashLimit: crashLimit)
    }
}
