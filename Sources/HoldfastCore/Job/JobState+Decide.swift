extension JobState {
    /// Turns a command into the events that it causes: the rules of a job's life.
    ///
    /// An empty list means that what was asked for is so already. Nothing is changed: the events are applied once they
    /// are recorded.
    ///
    /// - Parameters:
    ///   - command: What is asked for.
    ///   - state: The job as it is; nil when there is none.
    ///   - now: The moment of the command, by the injected clock.
    /// - Returns: The events, in order.
    /// - Throws: `JobRejection` when the command does not fit.
    public static func decide(
        _ command: JobCommand, on state: JobState?, at now: Timestamp
    ) throws(JobRejection) -> [JobEvent] {
        switch (command, state) {
        case (.enqueue(let event), nil): return [.enqueued(event)]
        case (.enqueue, .some): throw .alreadyExists
        case (_, nil): throw .unknownJob
        case (.start(let worker, let engine), let state?):
            guard case .queued = state.phase else { throw state.refusal }
            return [.started(JobStarted(worker: worker, engine: engine))]
        case (.work(let token, let command), let state?):
            guard case .running(let running) = state.phase, running.token == token else { throw .leaseLost }
            return try state.decide(command, running: running, at: now)
        case (.steer(let command), let state?): return try state.decide(command)
        case (.fireTimer, let state?):
            guard case .scheduled(let until) = state.phase, until <= now else { return [] }
            return [.timerFired(TimerFired(due: until))]
        case (.postpone(let until, let reason), let state?):
            switch state.phase {
            case .scheduled, .queued: return [.rescheduled(JobRescheduled(until: until, reason: reason))]
            case .running, .paused, .completed, .failed, .cancelled: return []
            }
        case (.expireLease(let token, let cause, let crashLimit), let state?):
            guard case .running(let running) = state.phase, running.token == token else { throw .leaseLost }
            return state.decideExpiry(running, cause, crashLimit: crashLimit)
        }
    }

    private func decide(
        _ command: WorkCommand, running: RunningPhase, at now: Timestamp
    ) throws(JobRejection) -> [JobEvent] {
        switch command {
        case .startStep(let step, let recorded):
            try refuse(step, ifCompleted: recorded)
            return [.stepStarted(StepStarted(step: step))]
        case .completeStep(let step, let output, let duration, let recorded):
            try refuse(step, ifCompleted: recorded)
            return [.stepCompleted(StepCompleted(step: step, output: output, duration: duration))]
        case .failStep(let step, let failure, let retryAt, let recorded):
            try refuse(step, ifCompleted: recorded)
            return [.stepFailed(StepFailed(step: step, failure: failure, retryAt: retryAt))]
        case .reportUnused(let steps): return steps.map { .stepUnused(StepUnused(step: $0)) }
        case .updateProgress(let progress): return [.progressUpdated(progress)]
        case .writeLog(let line): return [.logWritten(line)]
        case .emit(let event): return [.appEmitted(event)]
        case .saveArtifact(let artifact, let recorded):
            // The same once more, as a handler does that begins again: it is so already.
            return recorded?.saved == artifact ? [] : [.artifactSaved(artifact)]
        case .complete(let output): return [.completed(JobCompleted(output: output))]
        case .failAttempt(let failure, let verdict):
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            return [decideFailure(failure, verdict, at: now)]
        case .cancel(let reason):
            return [.cancelled(JobCancelled(reason: reason ?? running.cancelRequest?.reason))]
        case .snooze(let until, let reason):
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            return [.rescheduled(JobRescheduled(until: until, reason: reason))]
        case .release(let reason):
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            return [.leaseReleased(LeaseReleased(token: running.token, reason: reason))]
        }
    }

    private func decide(_ command: SteerCommand) throws(JobRejection) -> [JobEvent] {
        switch (command, phase) {
        case (.cancel, .cancelled), (.pause, .paused), (.resume, .queued), (.resume, .scheduled),
            (.resume, .running), (.retry, .queued), (.retry, .scheduled), (.retry, .running):
            return []
        case (.cancel(let reason), .running(let running)):
            guard running.cancelRequest == nil else { return [] }
            return [.cancelRequested(JobCancelRequested(reason: reason))]
        case (.cancel(let reason), .scheduled), (.cancel(let reason), .queued),
            (.cancel(let reason), .paused):
            return [.cancelled(JobCancelled(reason: reason))]
        case (.pause(let reason), .scheduled), (.pause(let reason), .queued):
            return [.paused(JobPaused(reason: reason))]
        case (.resume(let reason), .paused): return [.unpaused(JobUnpaused(reason: reason))]
        case (.retry(let reason), .completed), (.retry(let reason), .failed),
            (.retry(let reason), .cancelled):
            return [.retried(JobRetried(reason: reason))]
        case (.cancel, .completed), (.cancel, .failed), (.pause, .completed), (.pause, .failed),
            (.pause, .cancelled),
            (.resume, .completed), (.resume, .failed), (.resume, .cancelled), (.pause, .running),
            (.retry, .paused):
            throw refusal
        }
    }

    private func decideFailure(_ failure: JobFailure, _ verdict: RetryVerdict, at now: Timestamp) -> JobEvent
    {
        let used = attempt - firstAttemptOfLife + 1
        let isLast = used >= origin.retry.maxAttempts
        switch verdict {
        case .discard: return .failed(JobFailed(failure: failure, cause: .discarded))
        case .byPolicy, .at:
            if isLast { return .failed(JobFailed(failure: failure, cause: .attemptsExhausted)) }
        }
        let retryAt: Timestamp
        switch verdict {
        case .byPolicy(let random): retryAt = now + origin.retry.delay(afterFailures: used, random: random)
        case .at(let moment): retryAt = moment
        case .discard: retryAt = now
        }
        return .attemptFailed(JobAttemptFailed(failure: failure, retryAt: retryAt))
    }

    private func decideExpiry(_ running: RunningPhase, _ cause: LeaseLoss, crashLimit: Int) -> [JobEvent] {
        let expired = JobEvent.leaseExpired(
            LeaseExpired(token: running.token, worker: running.worker, cause: cause))
        if let request = running.cancelRequest {
            return [expired, .cancelled(JobCancelled(reason: request.reason))]
        }
        guard crashes + 1 >= crashLimit else { return [expired] }
        let reason = "\(crashes + 1) crashes in a row without a newly recorded step"
        return [expired, .paused(JobPaused(reason: reason))]
    }

    private func refuse(_ step: StepKey, ifCompleted recorded: StepRecord?) throws(JobRejection) {
        if let recorded, recorded.isCompleted { throw .stepRecorded(step) }
    }

    private var refusal: JobRejection {
        phase.name.isEnded ? .ended(phase.name) : .notPossible(in: phase.name)
    }
}
