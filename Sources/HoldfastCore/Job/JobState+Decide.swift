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
        if state?.isRedacted == true { throw .redacted }
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
        case (.steer(let command), let state?): return try state.decide(command, at: now)
        case (.fireTimer, let state?): return state.decideDue(at: now)
        case (.fireWait(let wait, let recorded), let state?):
            return state.decideDue(wait, recorded, at: now)
        case (.finishChild(let event, let recorded), let state?): return state.decide(event, recorded)
        case (.postpone(let until, let reason), let state?):
            switch state.phase {
            case .scheduled, .queued: return [.rescheduled(JobRescheduled(until: until, reason: reason))]
            case .running, .waiting, .paused, .completed, .failed, .cancelled: return []
            }
        case (.noteFork(let event), .some): return [.forked(event)]
        case (.reuseStep(let event), let state?):
            guard state.mayReuseSteps, event.reusedFrom != nil else { throw state.refusal }
            return [.stepCompleted(event)]
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
        case .charge(let charge): return try decideCharge(charge, running: running)
        case .saveArtifact(let artifact, let recorded):
            // The same once more, as a handler does that begins again: it is so already.
            return recorded?.saved == artifact ? [] : [.artifactSaved(artifact)]
        case .complete(let output): return [.completed(JobCompleted(output: output))]
        case .cancel(let reason):
            return [.cancelled(JobCancelled(reason: reason ?? running.cancelRequest?.reason))]
        case .failAttempt, .snooze, .release, .pause, .wait:
            // Who was asked to stop and gives way has stopped, whatever it says.
            if let request = running.cancelRequest {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            return decideGivingBack(command, running, at: now)
        case .openCheckpoint, .setTimer, .consumeSignal, .spawn: return decideWait(command)
        }
    }

    /// The end of a run that does not end the job.
    private func decideGivingBack(
        _ command: WorkCommand, _ running: RunningPhase, at now: Timestamp
    ) -> [JobEvent] {
        func released(_ reason: String) -> JobEvent {
            .leaseReleased(LeaseReleased(token: running.token, reason: reason))
        }
        switch command {
        case .failAttempt(let failure, let verdict): return [decideFailure(failure, verdict, at: now)]
        case .snooze(let until, let reason):
            return [.rescheduled(JobRescheduled(until: until, reason: reason))]
        case .release(let reason): return [released(reason)]
        case .pause(let reason):
            let isAsked = running.pauseRequest != nil
            return (isAsked ? [] : [.paused(JobPaused(reason: reason))]) + [released("pause")]
        case .wait(let reasons, let isOver):
            if running.pauseRequest != nil { return [released("pause")] }
            return isOver || reasons.contains(where: isOver(_:)) ? [] : [.waiting(JobWaiting(reasons))]
        default: return []
        }
    }

    private func decide(_ command: SteerCommand, at now: Timestamp) throws(JobRejection) -> [JobEvent] {
        switch command {
        case .decide(let verdict, let recorded): return try decide(verdict, recorded)
        case .signal(let delivery, let newest, let repeated):
            return try decide(delivery, newest: newest, repeated: repeated)
        case .reprioritise(let priority, let reason):
            guard !phase.name.isEnded else { throw refusal }
            let event = JobReprioritised(priority: priority, reason: reason)
            return priority == self.priority ? [] : [.reprioritised(event)]
        case .reschedule(let until, let reason): return try decideDue(until, reason, at: now)
        case .raiseBudget(let limit, let reason):
            guard !phase.name.isEnded else { throw refusal }
            return try decideRaise(limit, reason: reason)
        case .cancel, .pause, .resume, .retry: return try decideLife(command, at: now)
        }
    }

    private func decideLife(_ command: SteerCommand, at now: Timestamp) throws(JobRejection) -> [JobEvent] {
        switch (command, phase) {
        case (.cancel, .cancelled), (.pause, .paused), (.resume, .queued), (.resume, .scheduled),
            (.resume, .waiting), (.retry, .queued), (.retry, .scheduled), (.retry, .running),
            (.retry, .waiting):
            return []
        case (.cancel(let reason, let limit), .running(let running)):
            let (request, deadline) = (running.cancelRequest, limit.map { now + $0 })
            guard StopRequest.isNews(deadline, beside: request) else { return [] }
            return [
                .cancelRequested(JobCancelRequested(reason: reason ?? request?.reason, deadline: deadline))
            ]
        case (.cancel(let reason, _), .scheduled), (.cancel(let reason, _), .queued),
            (.cancel(let reason, _), .waiting), (.cancel(let reason, _), .paused):
            return [.cancelled(JobCancelled(reason: reason))]
        case (.pause(let reason, let limit), .running(let running)):
            let (request, deadline) = (running.pauseRequest, limit.map { now + $0 })
            guard StopRequest.isNews(deadline, beside: request) else { return [] }
            return [.paused(JobPaused(reason: reason ?? request?.reason, deadline: deadline))]
        case (.pause(let reason, _), .scheduled), (.pause(let reason, _), .queued),
            (.pause(let reason, _), .waiting):
            return [.paused(JobPaused(reason: reason))]
        case (.resume(let reason), .running(let running)):
            return running.pauseRequest == nil ? [] : [.unpaused(JobUnpaused(reason: reason))]
        case (.resume(let reason), .paused): return [.unpaused(JobUnpaused(reason: reason))]
        case (.retry(let reason), .completed), (.retry(let reason), .failed),
            (.retry(let reason), .cancelled):
            return [.retried(JobRetried(reason: reason))]
        default: throw refusal
        }
    }

    /// A due time that a person chose, for a job that nobody runs.
    private func decideDue(
        _ until: Timestamp, _ reason: String?, at now: Timestamp
    ) throws(JobRejection) -> [JobEvent] {
        let event = JobEvent.rescheduled(JobRescheduled(until: until, reason: reason))
        switch phase {
        case .scheduled(let due): return due == until ? [] : [event]
        case .queued: return until <= now ? [] : [event]
        case .paused(let paused): return paused.due == until ? [] : [event]
        case .running, .waiting, .completed, .failed, .cancelled: throw refusal
        }
    }

    /// What follows once the moment of `dueAt` was reached.
    private func decideDue(at now: Timestamp) -> [JobEvent] {
        switch phase {
        case .scheduled(let until) where until <= now: return [.timerFired(TimerFired(due: until))]
        case .running(let running):
            if let request = running.cancelRequest, let deadline = request.deadline, deadline <= now {
                return [.cancelled(JobCancelled(reason: request.reason))]
            }
            if let deadline = running.pauseRequest?.deadline, deadline <= now {
                if let request = running.cancelRequest {
                    return [.cancelled(JobCancelled(reason: request.reason))]
                }
                return [.leaseReleased(LeaseReleased(token: running.token, reason: "pause"))]
            }
            return []
        default: return []
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
        guard crashes + 1 >= crashLimit, running.pauseRequest == nil else { return [expired] }
        let reason = "\(crashes + 1) crashes in a row without a newly recorded step, decision or signal"
        return [expired, .paused(JobPaused(reason: reason))]
    }

    private func refuse(_ step: StepKey, ifCompleted recorded: StepRecord?) throws(JobRejection) {
        if let recorded, recorded.isCompleted { throw .stepRecorded(step) }
    }

    var refusal: JobRejection {
        phase.name.isEnded ? .ended(phase.name) : .notPossible(in: phase.name)
    }
}

extension StopRequest {
    /// Tells whether asking again says something new: the first request counts, unless a later one leaves less time.
    fileprivate static func isNews(_ deadline: Timestamp?, beside request: StopRequest?) -> Bool {
        guard let request else { return true }
        guard let deadline else { return false }
        return deadline < request.deadline ?? .distantFuture
    }
}
