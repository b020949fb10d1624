import HoldfastCore

/// The events of the golden files as values: what their fields mean, apart from how they are written.
///
/// Of each kind there is one with all optional fields and one with none, and one with a value that is kept
/// beside the log where there can be one.
enum EventSamples {
    /// The events in the file of a kind, in its order.
    static func events(of kind: EventKind) -> [LogEvent] {
        switch kind {
        case .engineWorkerJoined: workerJoined.map(LogEvent.engine)
        case .engineWorkerLeft: workerLeft.map(LogEvent.engine)
        case .scheduleSet, .scheduleRemoved, .schedulePaused, .scheduleResumed, .scheduleFired,
            .scheduleQueued, .scheduleSkipped:
            schedules.filter { $0.kind == kind }.map { .engine(.schedule($0)) }
        case .queueConfigured: queueConfigured.map(LogEvent.engine)
        case .queuePaused: reasons.map { .engine(.queuePaused(QueuePaused(queue: "imports", reason: $0))) }
        case .queueResumed: reasons.map { .engine(.queueResumed(QueueResumed(queue: "imports", reason: $0))) }
        case .bulkStarted: bulkStarted.map { .engine(.bulk(.started($0))) }
        case .bulkProgressed:
            counts.map {
                .engine(.bulk(.progressed(BulkProgressed(id: bulk, engine: "engine-1", count: $0))))
            }
        case .bulkFinished: counts.map { .engine(.bulk(.finished(BulkFinished(id: bulk, count: $0)))) }
        case .requestAnswered: requestAnswered.map(LogEvent.engine)
        case .enginePruned: pruned.map(LogEvent.engine)
        case .engineArchived: archived.map(LogEvent.engine)
        case .engineImported: [.engine(imported)]
        case .engineRestored: [.engine(restored)]
        case .engineRedacted: redacted.map(LogEvent.engine)
        case .engineKeyDestroyed: reasons.map { .engine(.keyDestroyed(KeyDestroyed(job: job, reason: $0))) }
        case .engineConfigured: configured.map(LogEvent.engine)
        case .jobEnqueued: enqueued.map(LogEvent.job)
        case .jobStarted: started.map(LogEvent.job)
        case .jobPaused:
            reasons.map { .job(.paused(JobPaused(reason: $0))) }
                + [.job(.paused(JobPaused(reason: "lunch", deadline: moment)))]
        case .jobUnpaused: reasons.map { .job(.unpaused(JobUnpaused(reason: $0))) }
        case .jobCancelRequested:
            reasons.map { .job(.cancelRequested(JobCancelRequested(reason: $0))) }
                + [.job(.cancelRequested(JobCancelRequested(reason: "late", deadline: moment)))]
        case .jobCancelled: reasons.map { .job(.cancelled(JobCancelled(reason: $0))) }
        case .jobAttemptFailed: attemptFailed.map(LogEvent.job)
        case .jobRescheduled:
            reasons.map { .job(.rescheduled(JobRescheduled(until: moment, reason: $0))) }
        case .jobCompleted: payloads.map { .job(.completed(JobCompleted(output: $0))) }
        case .jobFailed: failed.map(LogEvent.job)
        case .jobRetried: reasons.map { .job(.retried(JobRetried(reason: $0))) }
        case .leaseReleased: leaseReleased.map(LogEvent.job)
        case .leaseExpired: leaseExpired.map(LogEvent.job)
        case .stepStarted: steps.map { .job(.stepStarted(StepStarted(step: $0))) }
        case .stepCompleted: stepCompleted.map(LogEvent.job)
        case .stepFailed: stepFailed.map(LogEvent.job)
        case .stepUnused: steps.map { .job(.stepUnused(StepUnused(step: $0))) }
        case .progressUpdated: progressUpdated.map(LogEvent.job)
        case .logWritten: logWritten.map(LogEvent.job)
        case .appEmitted: appEmitted.map(LogEvent.job)
        case .artifactSaved: artifactSaved.map(LogEvent.job)
        case .budgetCharged: budgetCharged.map(LogEvent.job)
        case .budgetWarned:
            [.job(.budgetWarned(BudgetWarned(spent: 4.000001, limit: 5, unit: "usd")))]
        case .budgetExceeded:
            JobBudget.Policy.allCases.map {
                .job(.budgetExceeded(BudgetExceeded(spent: .maximum, limit: 5.25, unit: "usd", policy: $0)))
            }
        case .budgetRaised: reasons.map { .job(.budgetRaised(BudgetRaised(limit: 10.5, reason: $0))) }
        case .timerFired:
            [
                .job(.timerFired(TimerFired(due: moment))),
                .job(.timerFired(TimerFired(due: moment, wait: waits[2]))),
            ]
        case .jobWaiting: waiting.map(LogEvent.job)
        case .jobResumed: waits.map { .job(.resumed(JobResumed(wait: $0))) }
        case .jobReprioritised:
            reasons.map { .job(.reprioritised(JobReprioritised(priority: .low, reason: $0))) }
        case .jobForked: reasons.map { .job(.forked(JobForked(job: job, step: steps[0], reason: $0))) }
        case .checkpointOpened: checkpointOpened.map(LogEvent.job)
        case .checkpointDecided: checkpointDecided.map(LogEvent.job)
        case .checkpointExpired: checkpointExpired.map(LogEvent.job)
        case .checkpointRefused: checkpointRefused.map(LogEvent.job)
        case .signalReceived: signalReceived.map(LogEvent.job)
        case .signalConsumed: [.job(.signalConsumed(SignalConsumed(signal: waits[1])))]
        case .timerSet: waits[1...2].map { .job(.timerSet(TimerSet(wait: $0, due: moment))) }
        case .childSpawned: [.job(.childSpawned(ChildSpawned(child: waits[3], job: job, kind: "sample.job")))]
        case .childFinished: childFinished.map(LogEvent.job)
        }
    }

    // MARK: - Values that several kinds have

    /// 2026-10-08T14:03:00.123456Z.
    static let moment = Timestamp(microseconds: 1_791_468_180_123_456)

    /// Words for people in any script, with what JSON has to escape; and none.
    static let reasons = ["the file \"ledger.csv\" is späť 📒\n\tsee C:\\books\u{1}\u{7F}\u{2028}", nil]

    /// A value in the event with its numbers and keys as they were given, one kept beside the log, and none.
    static let payloads: [Payload] = [
        .inline(JSONText(unchecked: #"{"rows":1.50e3,"b":[true,null,"\u00e9/\/"],"a":{"":-0}}"#)),
        stored, .null,
    ]

    static let stored = Payload.stored(
        PayloadReference(
            sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", bytes: 8_388_608))

    static let steps = [StepKey("insert rows", occurrence: 12), StepKey("parse")]

    /// An error in a step, and one outside of steps.
    static let failures = [
        JobFailure(type: "LedgerError", message: "row 7: \"12,x\" is no amount", step: steps[0]),
        JobFailure(type: "CancellationError", message: ""),
    ]
}
