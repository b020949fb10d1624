public import HoldfastCore
import HoldfastStore

// One command to each of many jobs, as a recorded operation that survives whoever asked for it.
extension JobEngine {
    /// Records that a command is to be given to each job that a filter meets, and returns once that is durable.
    ///
    /// From then on the engines that run on the file do it, in pages of a few hundred jobs, each in one transaction with
    /// the event that says how far it is: a process that dies loses nothing and does nothing twice. Jobs that are enqueued
    /// later are not meant. Each job is looked at once, newest first, and is meant if it fits the filter at that moment.
    ///
    /// - Parameters:
    ///   - request: What is to be done to which jobs.
    ///   - actor: Who asks; recorded with each job's own event as well.
    ///   - mark: By what the same request is known when it is sent again by the same actor, which then gets the same
    ///     operation; nil when each counts.
    /// - Returns: A handle to follow it or to help with it.
    /// - Throws: `JobRejection.requestReused` when the request asked for something else before, `StoreError`.
    public func bulk(
        _ request: BulkRequest, by actor: EventActor, mark: RequestMark? = nil
    ) async throws -> BulkHandle {
        let id = BulkID(unchecked: ids.next().description)
        let newest = try await log.read { try $0.jobs(JobQuery(limit: 1)).first?.id }
        let order = BulkStarted(
            id: id, command: request.command, filter: request.filter, spread: request.spread, through: newest)
        let asker = Owner(rawValue: actor.id)
        let recorded = try await log.write { transaction in
            if case .bulk(let known) = try transaction.answer(to: mark, kind: nil, owner: asker) {
                return known
            }
            _ = transaction.record(.bulk(.started(order)), by: actor)
            transaction.note(.bulk(id), to: mark, kind: nil, owner: asker, by: actor)
            return id
        }
        return BulkHandle(id: recorded, engine: self)
    }

    /// Counts the jobs that a bulk operation would meet now, and does nothing.
    ///
    /// It reads all of them, page by page.
    ///
    /// - Throws: `StoreError`.
    public func count(_ filter: JobFilter) async throws -> Int {
        var query = JobQuery(filter, limit: BulkTurn.pageLimit)
        var count = 0
        while true {
            let page = try await log.read { [query] in try $0.jobs(query) }
            count += page.count
            guard page.count == query.limit, let last = page.last else { return count }
            query.before = last.id
        }
    }

    /// A bulk operation as it is.
    ///
    /// - Throws: `BulkRejection.unknownOperation`, `StoreError`.
    public func bulkOperation(_ id: BulkID) async throws -> BulkOperation {
        guard let operation = try await log.read({ try $0.bulkOperation(id) }) else {
            throw BulkRejection.unknownOperation
        }
        return operation
    }

    /// The newest bulk operations.
    ///
    /// - Throws: `StoreError`.
    public func bulkOperations(limit: Int = 50) async throws -> [BulkOperation] {
        try await log.read { try $0.bulkOperations(unfinishedOnly: false, limit: limit) }
    }

    /// A handle of a bulk operation that was recorded before.
    public func bulkHandle(_ id: BulkID) -> BulkHandle { BulkHandle(id: id, engine: self) }
}

/// Refers to one bulk operation.
public struct BulkHandle: Sendable {
    /// Which operation it is.
    public let id: BulkID
    private let engine: JobEngine

    init(id: BulkID, engine: JobEngine) {
        self.id = id
        self.engine = engine
    }

    /// The operation as it is.
    ///
    /// - Throws: `BulkRejection.unknownOperation`, `StoreError`.
    public func state() async throws -> BulkOperation { try await engine.bulkOperation(id) }

    /// Waits until the operation is done, and does its pages itself while no other engine does.
    ///
    /// So it ends also where no engine runs, such as in a command. Cancelling the task leaves the rest to the engines that
    /// run.
    ///
    /// - Parameter progress: Is told after each page that was done here or noticed.
    /// - Returns: The operation as it is at its end.
    /// - Throws: `BulkRejection.unknownOperation`, `StoreError`, `CancellationError`.
    @discardableResult
    public func result(
        progress: (BulkOperation) async throws -> Void = { _ in }
    ) async throws -> BulkOperation {
        var signals = engine.log.feed.signals(for: [.bulkProgressed, .bulkFinished])
        while true {
            try Task.checkCancellation()
            switch try await BulkTurn(engine).take(id) {
            case .finished(let operation):
                try await progress(operation)
                return operation
            case .done(let operation): try await progress(operation)
            case .left(let operation, let until):
                try await progress(operation)
                signals = try await wait(until: until, or: signals)
            }
        }
    }

    /// Returns when something happened to some bulk operation, at the latest at a moment.
    private func wait(until moment: Timestamp, or signals: AsyncStream<Void>) async throws -> AsyncStream<
        Void
    > {
        let wait = max(.milliseconds(1), moment - engine.environment.now())
        try await withThrowingTaskGroup { group in
            group.addTask { [engine] in try await engine.environment.sleep(wait) }
            group.addTask { for await _ in signals { return } }
            try await group.next()
            group.cancelAll()
        }
        // A stream whose reader was cancelled has ended.
        return engine.log.feed.signals(for: [.bulkProgressed, .bulkFinished])
    }
}
