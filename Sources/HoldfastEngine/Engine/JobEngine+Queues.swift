public import HoldfastCore
public import HoldfastStore

extension JobEngine {
    /// Replaces what a queue allows, and returns once that is durable.
    ///
    /// It holds from the next claim on, in every process on the file; jobs that run go on. Safe to repeat: limits that
    /// are so already write nothing, so a program may configure its queues at each start.
    ///
    /// - Returns: The queue as it is then.
    /// - Throws: `QueueRejection` when a limit makes no sense, `StoreError`.
    @discardableResult
    public func configure(
        _ queue: QueueName, _ limits: QueueLimits, by actor: EventActor? = nil
    ) async throws -> QueueState {
        try await execute(.configure(limits), on: queue, by: actor)
    }

    /// Changes some of what a queue allows, and returns once that is durable.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - actor: Who changes it; nil for this engine.
    ///   - change: Gets the limits as they are. It runs in the transaction, and again when that has to be repeated.
    /// - Returns: The queue as it is then.
    /// - Throws: `QueueRejection` when a limit makes no sense, `StoreError`.
    @discardableResult
    public func configure(
        _ queue: QueueName, by actor: EventActor? = nil,
        changing change: @escaping @Sendable (inout QueueLimits) -> Void
    ) async throws -> QueueState {
        let actor = actor ?? .engine(id)
        return try await log.write { transaction in
            var limits = try transaction.queue(queue)?.limits ?? .none
            change(&limits)
            return try transaction.execute(.configure(limits), on: queue, by: actor)
        }
    }

    /// Lets no job of a queue start until it is resumed, in any process on the file; jobs that run go on.
    ///
    /// Safe to repeat: the first one who paused it stays named.
    ///
    /// - Returns: The queue as it is then.
    /// - Throws: `StoreError`.
    @discardableResult
    public func pauseQueue(
        _ queue: QueueName, reason: String? = nil, by actor: EventActor
    ) async throws -> QueueState {
        try await execute(.pause(reason: reason), on: queue, by: actor)
    }

    /// Lets the jobs of a paused queue start again.
    ///
    /// Safe to repeat.
    ///
    /// - Returns: The queue as it is then.
    /// - Throws: `StoreError`.
    @discardableResult
    public func resumeQueue(
        _ queue: QueueName, reason: String? = nil, by actor: EventActor
    ) async throws -> QueueState {
        try await execute(.resume(reason: reason), on: queue, by: actor)
    }

    /// The queues that have jobs, limits or a pause, in the order of their names.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public func queues() async throws -> [QueueReport] {
        try await log.read { try QueueReport.all(from: $0) }
    }

    /// One queue; one that nobody ever used is there as well, without limits and jobs.
    ///
    /// - Throws: `StoreError` when the store cannot be read.
    public func queue(_ name: QueueName) async throws -> QueueReport {
        try await log.read { try QueueReport.one(name, from: $0) }
    }

    private func execute(
        _ command: QueueCommand, on queue: QueueName, by actor: EventActor?
    ) async throws -> QueueState {
        let actor = actor ?? .engine(id)
        return try await log.write { try $0.execute(command, on: queue, by: actor) }
    }
}
