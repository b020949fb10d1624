import HoldfastCore
import HoldfastStore

/// Which workers are there, as far as their comings and goings and the locks of their engines tell.
struct WorkerPresence {
    /// How many comings and goings are looked at, the newest first.
    static let eventLimit = 1000

    /// The workers that joined and have not left, and whose engines live; the newest first.
    let alive: [WorkerJoined]
    /// The newest of the others that took jobs of the kind from the queue.
    private(set) var lastServing: WorkerID?
    /// When that one left; nil when it died without a word.
    private(set) var leftAt: Timestamp?

    /// Reads the newest comings and goings.
    init(
        serving job: JobOrigin, from reader: any StorageReader, isAlive: (EngineID) -> Bool
    ) throws {
        let query = EventQuery(kinds: EventKind.ofWorkers, limit: Self.eventLimit, fromEnd: true)
        try self.init(
            serving: job, newest: reader.events(query).events.reversed().map { try $0.decoded() },
            isAlive: isAlive)
    }

    /// Concludes who is there from comings and goings, the newest first.
    init(serving job: JobOrigin, newest events: [RecordedEvent], isAlive: (EngineID) -> Bool) {
        struct Name: Hashable {
            let worker: WorkerID
            let engine: EngineID
        }
        var left: [Name: Timestamp] = [:]
        var living: [EngineID: Bool] = [:]
        var alive: [WorkerJoined] = []
        for event in events {
            switch event.event {
            case .engine(.workerLeft(let worker)):
                left[Name(worker: worker.worker, engine: worker.engine)] = event.at
            case .engine(.workerJoined(let worker)):
                let end = left[Name(worker: worker.worker, engine: worker.engine)]
                let lives = living[worker.engine] ?? isAlive(worker.engine)
                living[worker.engine] = lives
                if end == nil, lives {
                    alive.append(worker)
                } else if lastServing == nil, worker.serves(job) {
                    lastServing = worker.worker
                    leftAt = end
                }
            default: break
            }
        }
        self.alive = alive
    }

    /// The newest worker that takes such jobs.
    func serving(_ job: JobOrigin) -> WorkerJoined? { alive.first { $0.serves(job) } }
}

extension WorkerJoined {
    /// Whether the worker takes such jobs.
    func serves(_ job: JobOrigin) -> Bool { queues.contains(job.queue) && kinds.contains(job.kind) }
}
