public import HoldfastCore
import HoldfastStore

/// A job that a handler began, to be waited for.
public struct ChildJob<Kind: Job>: Sendable {
    /// Which job it is.
    public let id: JobID
    let key: WaitKey
    let context: JobContext

    /// Waits for the end of the child, without a worker, and gives what its handler returned.
    ///
    /// - Throws: `ChildEnded` when it failed or was cancelled; `DecodingError`; `CancellationError` when the run is
    ///   over.
    public func result() async throws -> Kind.Output {
        try context.checkInterruption()
        let record = try await context.end(of: key, until: nil)
        guard let outcome = try await context.outcomes(of: [record], as: Kind.Output.self).first else {
            throw CancellationError()
        }
        return try outcome.get()
    }
}

/// Several jobs of one kind that a handler began together.
public struct ChildGroup<Kind: Job>: Sendable {
    /// What happens when one of them fails or is cancelled.
    public enum FailurePolicy: Hashable, Sendable {
        /// The others are cancelled, and the first failure is thrown at once.
        case cancelOthers
        /// The others go on; the first failure is thrown when all have ended.
        case waitForAll
    }

    /// Names the group.
    public let name: WaitName
    /// The children, in the order of their inputs.
    public let children: [ChildJob<Kind>]

    /// Waits for the end of all children, without a worker, and gives what their handlers returned.
    ///
    /// The handler starts again once, not with each child that ends.
    ///
    /// - Parameter policy: What happens when one of them fails or is cancelled.
    /// - Returns: The results, in the order of the inputs.
    /// - Throws: `ChildEnded` of the first one, in that order, that failed or was cancelled; `DecodingError`;
    ///   `CancellationError` when the run is over.
    public func results(onFailure policy: FailurePolicy = .cancelOthers) async throws -> [Kind.Output] {
        guard let context = children.first?.context else { return [] }
        if policy == .cancelOthers {
            try await context.endOfChildren(name, .firstFailure)
            let failed = try await outcomes(of: .finished).first { (try? $0.get()) == nil }
            if let failed {
                try await cancelRest(context)
                _ = try failed.get()
            }
        }
        return try await outcomes().map { try $0.get() }
    }

    /// Waits for the end of all children, without a worker, and gives how each of them ended.
    ///
    /// - Returns: The results or the failures, in the order of the inputs.
    /// - Throws: `CancellationError` when the run is over.
    public func outcomes() async throws -> [Result<Kind.Output, any Error>] {
        guard let context = children.first?.context else { return [] }
        try await context.endOfChildren(name, .all)
        return try await outcomes(of: nil)
    }

    private func outcomes(of status: WaitStatus?) async throws -> [Result<Kind.Output, any Error>] {
        guard let context = children.first?.context else { return [] }
        let job = context.job
        let query = WaitQuery(kind: .child, name: name, status: status, limit: .max)
        let records = try await context.engine.fetch { try $0.waits(of: job, query) }
        let byKey = Dictionary(records.map { ($0.key, $0) }) { first, _ in first }
        let ended = children.compactMap { byKey[$0.key] }
        var outcomes: [Result<Kind.Output, any Error>] = []
        for start in stride(from: 0, to: ended.count, by: 500) {
            let page = Array(ended[start..<min(start + 500, ended.count)])
            outcomes += try await context.outcomes(of: page, as: Kind.Output.self)
        }
        return outcomes
    }

    private func cancelRest(_ context: JobContext) async throws {
        let ids = children.map(\.id)
        let actor = EventActor.worker(context.worker)
        let command = SteerCommand.cancel(reason: "another child of \(name) failed").completed(
            by: context.engine.configuration)
        try await context.write { transaction in
            for id in ids {
                guard let state = try transaction.job(id), !state.phase.name.isEnded else { continue }
                try transaction.execute(.steer(command), on: id, by: actor)
            }
        }
    }
}

/// A child ended without a result.
public struct ChildEnded: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which job it is.
    public let id: JobID
    /// Whether it failed or was cancelled.
    public let state: JobPhaseName
    /// What went wrong; nil for a child that was cancelled.
    public let failure: JobFailure?

    /// One sentence, such as `child 0197.. failed: TimeoutError`.
    public var description: String {
        "child \(id) \(state.rawValue)" + (failure.map { ": \($0.type)" } ?? "")
    }
}

extension StorageReader {
    /// The last end of a child that came from another log, where it had another position.
    fileprivate func lastEnding(of child: JobID) throws(StoreError) -> StoredEvent? {
        try events(EventQuery(job: child, kinds: EventKind.endings, limit: 1, fromEnd: true)).events.first
    }
}

extension JobContext {
    /// How children ended, by the records of the waits for them, in their order.
    fileprivate func outcomes<Output: Decodable & Sendable>(
        of records: [WaitRecord], as type: Output.Type
    ) async throws -> [Result<Output, any Error>] {
        let job = job
        let endings = try await engine.fetch { reader in
            try records.map { record in
                guard let position = record.result, let finished = try reader.event(at: position, of: job),
                    case .job(.childFinished(let event)) = try finished.decoded().event,
                    let ending = try reader.event(at: event.ending, of: event.job)
                        ?? reader.lastEnding(of: event.job)
                else {
                    throw StoreError(
                        .corrupt, operation: "read a child", reason: "the end of \(record.key) is missing")
                }
                return (ending, try reader.job(event.job)?.origin.isEncrypted ?? false)
            }
        }
        var outcomes: [Result<Output, any Error>] = []
        for (ending, isEncrypted) in endings {
            let child = ending.job ?? job
            switch try ending.decoded().event {
            case .job(.completed(let event)):
                let value = try await engine.log.value(of: event.output, isEncrypted: isEncrypted)
                outcomes.append(Result { try JobCoding.decode(value) })
            case .job(.failed(let event)):
                outcomes.append(.failure(ChildEnded(id: child, state: .failed, failure: event.failure)))
            default: outcomes.append(.failure(ChildEnded(id: child, state: .cancelled, failure: nil)))
            }
        }
        return outcomes
    }
}
