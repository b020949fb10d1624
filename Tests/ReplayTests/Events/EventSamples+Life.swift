import HoldfastCore

// What happens to a job as a whole, to its lease, and to the engine.
extension EventSamples {
    static let enqueued: [JobEvent] = [
        .enqueued(
            JobEnqueued(
                kind: "ledger.import", handlerVersion: 2, queue: "imports", priority: .high,
                input: payloads[0], notBefore: moment, key: "ledger-2026-10", owner: "ana@example.com",
                tags: ["monthly", "bücher"],
                retry: .exponential(
                    maxAttempts: 7, initial: .milliseconds(1500), factor: 2.5, maximum: .seconds(90),
                    jitter: 0.1))),
        .enqueued(JobEnqueued(kind: "sample.job", priority: .low, input: .null, retry: .none)),
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: stored, retry: .constant(maxAttempts: 3, every: .seconds(10)))),
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: .null, notBefore: moment, key: "customer-42", retry: .none,
                debounce: DebounceMark(latest: moment, inputDigest: digest))),
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: .null, key: "customer-42", retry: .none,
                debounce: DebounceMark(latest: nil, inputDigest: digest))),
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: .null, parent: ParentLink(job: job, child: waits[3]),
                fork: ForkLink(job: job, step: steps[0]))),
        .enqueued(
            JobEnqueued(
                kind: "sample.job", input: .null, retry: .waits([.seconds(1), .seconds(60)], jitter: 0.5),
                trace: TraceCarrier([
                    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    "tracestate": "vendor=\"1\"",
                ]))),
        .enqueued(JobEnqueued(kind: "sample.job", input: .null, retry: .none, limitKey: "customer 7")),
    ]

    private static let digest = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b"

    static let started: [JobEvent] = [
        .started(JobStarted(worker: "worker-1", engine: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"))
    ]

    static let attemptFailed: [JobEvent] = failures.map {
        .attemptFailed(JobAttemptFailed(failure: $0, retryAt: moment))
    }

    static let failed: [JobEvent] = [
        .failed(JobFailed(failure: failures[0], cause: .attemptsExhausted)),
        .failed(JobFailed(failure: failures[1], cause: .discarded)),
    ]

    static let leaseReleased: [JobEvent] = [
        .leaseReleased(LeaseReleased(token: token, reason: "drain"))
    ]

    static let leaseExpired: [JobEvent] = LeaseLoss.allCases.map {
        .leaseExpired(LeaseExpired(token: token, worker: "worker-1", cause: $0))
    }

    static let workerJoined: [EngineEvent] = [
        .workerJoined(
            WorkerJoined(
                worker: "worker-1", engine: "engine-1", queues: ["default", "imports"],
                kinds: ["ledger.import", "sample.job"])),
        .workerJoined(WorkerJoined(worker: "worker-1", engine: "engine-1", queues: [], kinds: [])),
    ]

    static let workerLeft: [EngineEvent] = [
        .workerLeft(WorkerLeft(worker: "worker-1", engine: "engine-1", reason: "shutdown"))
    ]

    static let queueConfigured: [EngineEvent] = [
        .queueConfigured(
            QueueConfigured(
                queue: "imports",
                limits: QueueLimits(
                    concurrency: 3, perProcess: 2, rate: QueueRate(100, per: .seconds(1)), weight: 3,
                    perKey: 1))),
        .queueConfigured(QueueConfigured(queue: "imports", limits: .none)),
    ]

    /// Above 2^53, where the numbers of JavaScript end.
    private static let token = LeaseToken(EventLogPosition(9_007_199_254_740_993))
}
