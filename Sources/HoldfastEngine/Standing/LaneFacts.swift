import HoldfastCore
import HoldfastStore

/// What is known about what stands between a job and a worker: its queue, the workers, and the jobs before it.
struct LaneFacts {
    /// Up to how many jobs before it are counted.
    private static let aheadLimit = 1000
    /// Among how many leases the jobs are looked for that hold the places of a queue.
    private static let leaseLimit = 2000

    private let queue: QueueState?
    private let kinds: Set<JobKind>
    private let workers: WorkerPresence
    /// How many jobs of the queue run.
    private var running = 0
    /// Those of them that were looked for because they hold all places.
    private var holders: [JobID] = []
    /// Those of the same limit key, as many as may run at once.
    private var keyHolders: [JobID] = []
    private var ahead = 0

    /// Reads what counts for a job that has not ended; for one that is queued all, for others what will still hold it.
    init(of job: JobState, from reader: any StorageReader, isAlive: (EngineID) -> Bool) throws {
        queue = try reader.queues().first { $0.name == job.origin.queue }
        kinds = try reader.announcedKinds()
        workers = try WorkerPresence(serving: job.origin, from: reader, isAlive: isAlive)
        guard case .queued = job.phase else { return }
        running = try reader.counters()[QueueCountKey(queue: job.origin.queue, phase: .running)] ?? 0
        ahead = try reader.queuedAhead(of: job, limit: Self.aheadLimit)
        try findHolders(job.origin, from: reader)
    }

    /// Finds the jobs that hold the places of the queue, and of the limit key, where all may be taken.
    private mutating func findHolders(_ job: JobOrigin, from reader: any StorageReader) throws {
        let places = queue?.limits.concurrency.flatMap { running >= $0 ? StandingReason.jobLimit : nil } ?? 0
        let keyPlaces = job.limitKey == nil ? 0 : queue?.limits.perKey ?? 0
        guard places > 0 || keyPlaces > 0 else { return }
        for lease in try reader.leases().prefix(Self.leaseLimit) {
            guard holders.count < places || keyHolders.count < keyPlaces else { return }
            guard let other = try reader.job(lease.job), other.origin.queue == job.queue,
                case .running = other.phase
            else { continue }
            if holders.count < places { holders.append(other.id) }
            if keyHolders.count < keyPlaces, other.origin.limitKey == job.limitKey {
                keyHolders.append(other.id)
            }
        }
    }

    /// What keeps a queued job from starting; that nothing does where nothing does.
    func reasons(_ job: JobState, since: Timestamp, at now: Timestamp) -> [StandingReason] {
        var reasons = lasting(job)
        let limits = queue?.limits ?? .none
        if let limit = limits.concurrency, running >= limit {
            reasons.append(full(.queueFull, holders, count: running, limit: limit))
        }
        if let limit = limits.perKey, let key = job.origin.limitKey, keyHolders.count >= limit {
            var reason = full(.keyFull, keyHolders, count: keyHolders.count, limit: limit)
            reason.key = key
            reasons.append(reason)
        }
        if let until = queue?.wait(at: now) {
            reasons.append(StandingReason(.rateLimited, until: until) { $0.rate = limits.rate })
        }
        if ahead > 0 {
            reasons.append(
                StandingReason(.behind, since: since) {
                    $0.count = ahead
                    $0.isAtLeast = ahead >= Self.aheadLimit
                    $0.worker = workers.serving(job.origin)?.worker
                })
        }
        if reasons.isEmpty {
            reasons.append(
                StandingReason(.ready, since: since) { $0.worker = workers.serving(job.origin)?.worker })
        }
        return reasons
    }

    /// What will keep the job from starting whenever it could: a paused queue, and nobody who takes it.
    func lasting(_ job: JobState) -> [StandingReason] {
        var reasons: [StandingReason] = []
        if let pause = queue?.pause {
            reasons.append(
                StandingReason(.queuePaused, since: pause.at) {
                    $0.actor = pause.actor
                    $0.reason = pause.reason
                })
        }
        let isKnown = kinds.contains(job.origin.kind)
        if !isKnown {
            reasons.append(
                StandingReason(.unknownKind) {
                    $0.kinds = Array(kinds.sorted().prefix(StandingReason.jobLimit))
                })
        }
        if workers.alive.isEmpty {
            reasons.append(
                StandingReason(.noWorker, since: workers.leftAt) { $0.worker = workers.lastServing })
        } else if isKnown, workers.serving(job.origin) == nil {
            reasons.append(unserved(job.origin))
        }
        return reasons
    }

    private func unserved(_ job: JobOrigin) -> StandingReason {
        StandingReason(.unserved, since: workers.leftAt) {
            $0.worker = workers.lastServing
            let sameQueue = workers.alive.filter { $0.queues.contains(job.queue) }
            let sameKind = workers.alive.filter { $0.kinds.contains(job.kind) }
            $0.kinds = Array(Set(sameQueue.flatMap(\.kinds)).sorted().prefix(StandingReason.jobLimit))
            $0.queues = Array(Set(sameKind.flatMap(\.queues)).sorted().prefix(StandingReason.jobLimit))
        }
    }

    private func full(
        _ code: StandingReason.Code, _ holders: [JobID], count: Int, limit: Int
    ) -> StandingReason {
        StandingReason(code) {
            $0.jobs = holders.prefix(StandingReason.jobLimit).map { StandingJob(id: $0, state: .running) }
            $0.count = count
            $0.limit = limit
        }
    }
}
