public import HoldfastCore
import HoldfastStore

// Enqueueing in a transaction of the caller's: the job exists exactly if the caller's own rows do.
extension JobEngine {
    /// Enqueues a job in the transaction that is open on a connection of the caller's.
    ///
    /// The job exists once the caller has committed, and never when the caller rolls back. Engines notice the commit within
    /// 50 ms, in this process and in others. The transaction must hold the write lock, so begin it with
    /// `BEGIN IMMEDIATE`, and keep it short: nobody else writes meanwhile. The asynchronous calls of an engine on the same
    /// file must not be awaited in it, because they wait for the lock that it holds.
    ///
    /// - Parameters:
    ///   - job: The input.
    ///   - options: What is said beside it.
    ///   - actor: Who enqueues; nil for this engine.
    ///   - connection: A `sqlite3 *` of the libsqlite3 that the store uses, with the log's file open as `main`. It is used
    ///     on this thread and is the caller's again when the call returns.
    /// - Returns: A handle of the new job, or of the one that keeps the key.
    /// - Throws: `CallerTransactionRejection` when the connection does not fit, `EnqueueRejection`, `StoreError`,
    ///   `EncodingError` of the input's type. Nothing of the job was written then.
    @discardableResult
    public func enqueue<Kind: Job>(
        _ job: Kind, _ options: EnqueueOptions = EnqueueOptions(), by actor: EventActor? = nil,
        inTransactionOf connection: OpaquePointer
    ) throws -> JobHandle<Kind> {
        let requests = [try request(job, options)]
        let enqueued = try enqueue(contentsOf: requests, by: actor, inTransactionOf: connection)
        guard let first = enqueued.first else { throw JobRejection.unknownJob }
        return JobHandle(id: first.state.id, engine: self)
    }

    /// Enqueues several jobs in the transaction that is open on a connection of the caller's: all of them or none.
    ///
    /// - Parameters:
    ///   - jobs: The inputs.
    ///   - options: What is said beside each of them.
    ///   - actor: Who enqueues; nil for this engine.
    ///   - connection: As for one job.
    /// - Returns: Handles in the order of the jobs.
    /// - Throws: As for one job.
    @discardableResult
    public func enqueue<Kind: Job>(
        contentsOf jobs: [Kind], _ options: EnqueueOptions = EnqueueOptions(), by actor: EventActor? = nil,
        inTransactionOf connection: OpaquePointer
    ) throws -> [JobHandle<Kind>] {
        let requests = try jobs.map { try request($0, options) }
        return try enqueue(contentsOf: requests, by: actor, inTransactionOf: connection)
            .map { JobHandle(id: $0.state.id, engine: self) }
    }

    /// Enqueues jobs by the names of their kinds in the transaction that is open on a connection of the caller's: all of
    /// them or none.
    ///
    /// - Parameters:
    ///   - requests: The jobs, of any kinds.
    ///   - actor: Who enqueues; nil for this engine.
    ///   - connection: As for one job.
    /// - Returns: What became of the requests, in their order.
    /// - Throws: As for one job.
    @discardableResult
    public func enqueue(
        contentsOf requests: [EnqueueRequest], by actor: EventActor? = nil,
        inTransactionOf connection: OpaquePointer
    ) throws -> [EnqueuedJob] {
        let actor = actor ?? .engine(id)
        let prepared = try prepare(requests)
        return try log.write(inTransactionOf: connection) { transaction in
            try prepared.map { try $0.enqueue(in: transaction, by: actor) }
        }
    }
}
