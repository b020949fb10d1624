import HoldfastCore

// What retention did.
extension EventSamples {
    static let pruned: [EngineEvent] = [
        EnginePruned(
            jobs: [
                PrunedJob(
                    id: job, kind: "ledger.import", state: .completed, first: EventLogPosition(17),
                    isPartly: false)
            ],
            events: 12, ranges: RangeSeal(count: 3, sha256: RequestSamples.digest),
            reason: "older than 30 days"),
        EnginePruned(
            jobs: [
                PrunedJob(
                    id: job, kind: "ledger.import", state: .failed, first: EventLogPosition(1), isPartly: true
                )
            ],
            events: 500, ranges: RangeSeal(count: 1, sha256: RequestSamples.digest)),
        EnginePruned(
            jobs: [
                PrunedJob(
                    id: job, kind: "ledger.import", state: .cancelled, first: EventLogPosition(21),
                    isPartly: false)
            ],
            events: 3, ranges: RangeSeal(count: 1, sha256: RequestSamples.digest),
            archive: EventLogPosition(1042)),
    ].map(EngineEvent.pruned)

    private static let endings: [JobPhase] = [
        .completed(at: moment),
        .failed(at: moment, failure: JobFailure(type: "TimeoutError", message: "late"), cause: .discarded),
        .cancelled(at: moment, by: .person("anna"), reason: "wrong file"),
    ]

    static let redacted: [EngineEvent] = endings.compactMap { phase in
        let state = JobState(
            id: job,
            origin: JobOrigin(
                kind: "ledger.import", handlerVersion: 2, queue: "imports", key: "march", owner: "anna",
                tags: ["eu"], retry: .constant(maxAttempts: 3, every: .seconds(5)), enqueuedAt: moment),
            version: 12, priority: .normal, life: 1, attempt: 2, firstAttemptOfLife: 1, crashes: 0,
            recordedSteps: 3, progress: Progress(phase: "reading"), lastFailure: nil, startedAt: moment,
            phase: phase, phasePosition: EventLogPosition(40))
        return state.redacted.map {
            .redacted(
                EngineRedacted(
                    state: $0, first: EventLogPosition(17), last: EventLogPosition(41), reason: "request 17"))
        }
    }

    static let archived: [EngineEvent] = [nil, "older than 30 days", "request 17"].map { reason in
        .archived(
            EngineArchived(
                file: "17-90311.holdfast.gz", folder: "/var/lib/holdfast/jobs.db.archive",
                sha256: RequestSamples.digest, bytes: 123_456, jobs: 12, events: 345,
                first: EventLogPosition(17),
                last: EventLogPosition(90_311),
                replaces: reason == "request 17" ? EventLogPosition(90_400) : nil,
                redacted: reason == "request 17" ? [JobID(high: 1, low: 2)] : [], reason: reason))
    }

    static let configured: [EngineEvent] = [
        EngineConfigured(
            engine: "engine-1",
            retention: RetentionPolicy(
                [
                    RetentionRule(
                        kind: "ledger.import", states: [.completed], age: .seconds(30 * 86_400),
                        newest: 1_000,
                        newestBytes: 2 << 30),
                    RetentionRule(age: .milliseconds(1_500)),
                ], every: .seconds(3_600))),
        EngineConfigured(engine: "engine-1", retention: nil),
    ].map(EngineEvent.configured)
}
