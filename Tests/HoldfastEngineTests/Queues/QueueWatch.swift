import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Folds a log and looks at how many jobs ran at once, which no clock and no thread can blur.
struct QueueWatch {
    /// The most jobs of each queue that ran at once.
    private(set) var most: [QueueName: Int] = [:]
    /// The most jobs of each limit key that ran at once.
    private(set) var mostOfKey: [QueueKey: Int] = [:]
    /// The queues of the jobs in the order of their starts.
    private(set) var starts: [QueueName] = []
    /// When jobs started.
    private(set) var moments: [Timestamp] = []
    /// The engines that started jobs.
    private(set) var engines: Set<EngineID> = []

    init(_ log: EventLog) async throws {
        var jobs: [JobID: JobState] = [:]
        var running: [QueueName: Int] = [:]
        var runningOfKey: [QueueKey: Int] = [:]
        for event in try await log.read({ try $0.events(EventQuery(limit: 100_000)).events }) {
            let recorded = try event.decoded()
            guard let job = recorded.job else { continue }
            let old = jobs[job]
            let new = try JobState.applying(recorded, to: old)
            jobs[job] = new
            let queue = new.origin.queue
            if let change = QueueKey.runningChange(from: old, to: new) {
                runningOfKey[change.key, default: 0] += change.by
                mostOfKey[change.key] = max(mostOfKey[change.key] ?? 0, runningOfKey[change.key] ?? 0)
            }
            for change in QueueCounts.changes(from: old, to: new) where change.key.phase == .running {
                running[queue, default: 0] += change.by
                most[queue] = max(most[queue] ?? 0, running[queue] ?? 0)
            }
            guard case .job(.started(let started)) = recorded.event else { continue }
            starts.append(queue)
            moments.append(recorded.at)
            engines.insert(started.engine)
        }
    }
}

extension EnqueueRequest {
    /// A chore of a queue.
    static func chore(
        _ name: String = "chore", on queue: QueueName, limitKey: LimitKey? = nil,
        priority: JobPriority = .normal
    ) -> EnqueueRequest {
        EnqueueRequest(
            kind: Chore.kind, input: JSONText(unchecked: "{\"name\":\"\(name)\"}"),
            options: EnqueueOptions(queue: queue, priority: priority, limitKey: limitKey),
            acceptsAnyKind: true)
    }
}

extension JobEngine {
    /// Waits until all jobs have completed.
    func completed(_ jobs: [EnqueuedJob]) async throws {
        for job in jobs { _ = try await handle(job.state.id, as: Chore.self).result() }
    }
}
