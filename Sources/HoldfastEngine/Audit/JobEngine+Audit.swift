import HoldfastCore
public import HoldfastStore
import Synchronization

extension JobEngine {
    /// Proves that the log was not edited and that everything else follows from it (P4, P10).
    ///
    /// It reads one state of the file on threads of its own while others write, and writes nothing.
    ///
    /// - Parameters:
    ///   - anchor: An end of the log that somebody kept elsewhere.
    ///   - isThorough: Whether every index is compared with its table as well.
    ///   - progress: Is told now and then how far it is, on any thread.
    /// - Returns: What was found.
    /// - Throws: `StoreError`, with the code `constraint` for a store that cannot be looked through; `CancellationError`, and
    ///   the threads end soon then.
    public func verify(
        against anchor: LogHead? = nil, isThorough: Bool = false,
        progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) async throws -> AuditReport {
        let storage = try audited("verify")
        return try await lookingThrough { stop in
            try storage.audit(anchor: anchor, isThorough: isThorough) { (seen) throws(StoreError) in
                try stop.check()
                progress(seen)
            }
        }
    }

    /// Folds the whole log anew and puts right every row that does not follow from it, in one moment (P4).
    ///
    /// - Parameters:
    ///   - isDryRun: Whether only to say which rows differ.
    ///   - progress: Is told now and then how far it is, on any thread.
    /// - Returns: What was done, or would be.
    /// - Throws: As `verify(against:isThorough:progress:)`; nothing has changed then.
    public func rebuild(
        isDryRun: Bool = false, progress: @escaping @Sendable (AuditProgress) -> Void = { _ in }
    ) async throws -> RebuildReport {
        if isDryRun { return RebuildReport(wouldBe: try await verify(progress: progress)) }
        let storage = try audited("rebuild")
        return try await lookingThrough { stop in
            let repair = try storage.repairProjections { (seen) throws(StoreError) in
                try stop.check()
                progress(seen)
            }
            return RebuildReport(done: repair)
        }
    }

    private func audited(_ operation: String) throws(StoreError) -> any AuditedStorage {
        guard let storage = log.backend as? any AuditedStorage else {
            throw StoreError(
                .constraint, operation: operation, reason: "this store cannot be looked through")
        }
        return storage
    }

    /// Does something on a thread of its own, which is asked to end when the task is cancelled.
    private func lookingThrough<Result: Sendable>(
        _ body: @escaping @Sendable (StopRequest) throws -> Result
    ) async throws -> Result {
        let stop = StopRequest()
        let result: Swift.Result<Result, any Error> = await withTaskCancellationHandler {
            do {
                return .success(try await DedicatedThread.run { try body(stop) })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop.request()
        }
        // What was found of a look that did not end is nothing that anybody may rely on.
        try Task.checkCancellation()
        return try result.get()
    }
}

/// Asks a look to end.
private final class StopRequest: Sendable {
    private let isRequested = Atomic(false)

    func request() { isRequested.store(true, ordering: .relaxed) }

    func check() throws(StoreError) {
        if isRequested.load(ordering: .relaxed) {
            throw StoreError(
                .unavailable, operation: "look through the log", reason: "nobody waits for it any more")
        }
    }
}
