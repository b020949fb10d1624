public import HoldfastCore
import HoldfastStore
import Synchronization

extension JobEngine {
    /// Enqueues a job and returns once it is durable.
    ///
    /// - Parameters:
    ///   - job: The input.
    ///   - options: What is said beside it.
    ///   - actor: Who enqueues; nil for this engine.
    ///   - id: Names the request for the owner and the kind, so that it can be made again when nobody knows
    ///     whether it was done: it then gives the same job, also after its end. Nil when each counts.
    /// - Returns: A handle of the new job, or of the one that keeps the key.
    /// - Throws: `EnqueueRejection` when the options say so; `JobRejection.requestReused` when a request of that name
    ///   asked for another input or with other options; `StoreError`, also when the input is above the limit;
    ///   `EncodingError` of the input's type.
    @discardableResult
    public func enqueue<Kind: Job>(
        _ job: Kind, _ options: EnqueueOptions = EnqueueOptions(), by actor: EventActor? = nil,
        request id: RequestKey? = nil
    ) async throws -> JobHandle<Kind> {
        let asked = try request(job, options)
        let job = try await enqueue(id.map(asked.marked) ?? asked, by: actor)
        return JobHandle(id: job.state.id, engine: self)
    }

    /// Enqueues several jobs in one transaction: all of them or none.
    ///
    /// - Returns: Handles in the order of the jobs.
    @discardableResult
    public func enqueue<Kind: Job>(
        contentsOf jobs: [Kind], _ options: EnqueueOptions = EnqueueOptions(), by actor: EventActor? = nil
    ) async throws -> [JobHandle<Kind>] {
        let enqueued = try await enqueue(contentsOf: try jobs.map { try request($0, options) }, by: actor)
        return enqueued.map { JobHandle(id: $0.state.id, engine: self) }
    }

    /// Enqueues a job by the name of its kind.
    ///
    /// - Throws: `EnqueueRejection`, `StoreError`.
    @discardableResult
    public func enqueue(_ request: EnqueueRequest, by actor: EventActor? = nil) async throws -> EnqueuedJob {
        let enqueued = try await enqueue(contentsOf: [request], by: actor)
        guard let job = enqueued.first else { throw JobRejection.unknownJob }
        return job
    }

    /// Enqueues several jobs by the names of their kinds in one transaction: all of them or none.
    ///
    /// - Throws: `EnqueueRejection` of the first one that is refused, `StoreError`.
    @discardableResult
    public func enqueue(
        contentsOf requests: [EnqueueRequest], by actor: EventActor? = nil
    ) async throws -> [EnqueuedJob] {
        let actor = actor ?? .engine(id)
        return try await tracingEnqueue(requests) { try await write($0, by: actor) }
    }

    private func write(_ requests: [EnqueueRequest], by actor: EventActor) async throws -> [EnqueuedJob] {
        let prepared = try await prepared(requests)
        return try await log.write { transaction in
            try prepared.map { try $0.enqueue(in: transaction, by: actor) }
        }
    }

    /// Steers a job and returns once that is durable.
    ///
    /// Safe to repeat: what is so already changes nothing. A checkpoint is decided by `decide`, a signal sent by
    /// `signal`.
    ///
    /// - Parameters:
    ///   - command: What is asked for.
    ///   - job: The job.
    ///   - actor: Who asks.
    ///   - mark: By what the same request is known when it is sent again, which then changes nothing, whatever has
    ///     happened to the job since; nil when each counts.
    /// - Returns: The job as it is then.
    /// - Throws: `JobRejection` when it does not fit, `StoreError`.
    @discardableResult
    public func steer(
        _ command: SteerCommand, _ job: JobID, by actor: EventActor, mark: RequestMark? = nil
    ) async throws -> JobState {
        let command = command.completed(by: configuration)
        return try await log.write { transaction in
            try transaction.once(mark, about: job, by: actor) {
                try transaction.execute(.steer(command), on: job, by: actor)
            }
            guard let state = try transaction.job(job) else { throw JobRejection.unknownJob }
            return state
        }
    }

    /// The job as it is.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    public func state(of job: JobID) async throws -> JobState {
        guard let state = try await log.read({ try $0.job(job) }) else { throw JobRejection.unknownJob }
        return state
    }

    /// A handle of a job that was enqueued before.
    public func handle<Kind: Job>(_ job: JobID, as type: Kind.Type = Kind.self) -> JobHandle<Kind> {
        JobHandle(id: job, engine: self)
    }

    func request<Kind: Job>(_ job: Kind, _ options: EnqueueOptions) throws -> EnqueueRequest {
        var options = options
        options.queue = options.queue ?? Kind.queue
        options.retry = options.retry ?? Kind.retry
        // The compiler vouches for the kind, so a program that only enqueues needs no worker to have
        // announced it.
        return EnqueueRequest(
            kind: Kind.kind, input: try JobCoding.encode(job), handlerVersion: Kind.version, options: options,
            acceptsAnyKind: true)
    }
}

extension SteerCommand {
    /// The command with the engine's own times where whoever asks gives none.
    func completed(by configuration: EngineConfiguration) -> SteerCommand {
        switch self {
        case .cancel(let reason, nil): .cancel(reason: reason, within: configuration.cancelTimeout)
        case .pause(let reason, nil): .pause(reason: reason, within: configuration.pauseTimeout)
        default: self
        }
    }
}

/// Makes the ids of new jobs.
final class JobIDSource: Sendable {
    private let sequence = Mutex(JobIDSequence())
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    func next() -> JobID {
        sequence.withLock { $0.next(at: environment.now(), random: environment.random()) }
    }
}

extension LogTransaction {
    /// Does something to a job, unless the same request did it before.
    func once(
        _ mark: RequestMark?, about job: JobID, by actor: EventActor, _ body: () throws -> Void
    ) throws {
        guard let origin = try self.job(job)?.origin else { throw JobRejection.unknownJob }
        guard try answer(to: mark, kind: origin.kind, owner: origin.owner) == nil else { return }
        try body()
        note(.job(job), to: mark, kind: origin.kind, owner: origin.owner, by: actor)
    }
}
