import HoldfastCore
import HoldfastStore

/// What is known about what a running job does.
struct RunFacts {
    /// Among how many steps those under way are looked for; of more, among as many of the last events.
    private static let stepLimit = 1000
    private static let eventLimit = 512
    /// How many steps are told of.
    private static let shownSteps = 8

    /// The lease; nil when the job has just ended.
    let lease: Lease?
    /// When the last event of the job was recorded.
    let lastEvent: Timestamp?
    /// The steps that began in this run and have not ended, the newest first, and what those said that threw.
    let steps: [(record: StepRecord, failure: JobFailure?)]

    /// Reads the lease, the steps and the job's last event.
    init(_ running: RunningPhase, of job: JobState, from reader: any StorageReader) throws {
        lease = try reader.leases().first { $0.job == job.id }
        let last = EventQuery(job: job.id, limit: 1, fromEnd: true)
        lastEvent = try reader.events(last).events.first?.at
        let records = try RunFacts.records(of: job, running, from: reader)
        steps = try records.sorted { $0.changedAt > $1.changedAt }.prefix(RunFacts.shownSteps).map { record in
            guard case .failed(let position, _) = record.status else { return (record, nil) }
            let before = EventLogPosition(position.value - 1)
            let event = try reader.events(EventQuery(job: job.id, after: before, limit: 1)).events.first
            guard case .job(.stepFailed(let failed)) = try event?.decoded().event else {
                return (record, nil)
            }
            return (record, failed.failure)
        }
    }

    /// The steps of this run that have not ended.
    private static func records(
        of job: JobState, _ running: RunningPhase, from reader: any StorageReader
    ) throws -> [StepRecord] {
        var records = try reader.steps(of: job.id, after: nil, limit: stepLimit + 1)
        if records.count > stepLimit {
            let query = EventQuery(
                job: job.id, after: running.token.position, limit: eventLimit, fromEnd: true)
            var keys: Set<StepKey> = []
            for event in try reader.events(query).events {
                if case .job(let event) = try event.decoded().event, let key = event.step { keys.insert(key) }
            }
            records = try keys.compactMap { try reader.step($0, of: job.id) }
        }
        return records.filter { $0.isUnderWay && $0.changedAt >= running.since }
    }

    /// What the job does, and who wants it to stop.
    func reasons(_ job: JobState, _ running: RunningPhase, at now: Timestamp) -> [StandingReason] {
        var reasons: [StandingReason] = []
        if let lease, lease.expiresAt <= now {
            reasons.append(
                StandingReason(.leaseLost, since: lease.expiresAt) {
                    $0.worker = running.worker
                    $0.engine = running.engine
                })
        }
        for (code, request) in [
            (StandingReason.Code.cancelling, running.cancelRequest), (.pausing, running.pauseRequest),
        ] {
            guard let request else { continue }
            reasons.append(
                StandingReason(code, since: request.at, until: request.deadline) {
                    $0.actor = request.actor
                    $0.reason = request.reason
                })
        }
        reasons.append(
            StandingReason(.running, since: running.since, until: lease?.expiresAt) {
                $0.seenAt = lastEvent
                $0.attempt = job.attempt - job.firstAttemptOfLife + 1
                $0.attempts = job.origin.retry.maxAttempts
                $0.worker = running.worker
                $0.engine = running.engine
                $0.progress = job.progress
            })
        return reasons + steps.map { reason(of: $0.record, $0.failure) }
    }

    private func reason(of record: StepRecord, _ failure: JobFailure?) -> StandingReason {
        guard case .failed(_, let retryAt) = record.status else {
            return StandingReason(.step, since: record.changedAt) {
                $0.step = record.key
                if record.failures > 0 { $0.count = record.failures }
            }
        }
        return StandingReason(.stepAwaitsRetry, since: record.changedAt, until: retryAt) {
            $0.step = record.key
            $0.failure = failure
            $0.count = record.failures
        }
    }
}

extension StepRecord {
    /// Whether the step runs, or will be tried again in the same run.
    fileprivate var isUnderWay: Bool {
        switch status {
        case .started: true
        case .failed(_, let retryAt): retryAt != nil
        case .completed, .unused: false
        }
    }
}
