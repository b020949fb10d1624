// The `engine.` events of workers.

/// Records that a worker began to look for jobs, with the kinds that it can run.
public struct WorkerJoined: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// The engine instance it belongs to.
    public var engine: EngineID
    /// The lanes it takes jobs from.
    public var queues: [QueueName]
    /// The kinds that it has handlers for.
    public var kinds: [JobKind]

    /// Puts the event's values together.
    public init(worker: WorkerID, engine: EngineID, queues: [QueueName], kinds: [JobKind]) {
        self.worker = worker
        self.engine = engine
        self.queues = queues
        self.kinds = kinds
    }
}

/// Records that a worker stopped looking for jobs.
public struct WorkerLeft: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// The engine instance it belonged to.
    public var engine: EngineID
    /// Why, such as `shutdown`.
    public var reason: String

    /// Puts the event's values together.
    public init(worker: WorkerID, engine: EngineID, reason: String) {
        self.worker = worker
        self.engine = engine
        self.reason = reason
    }
}
