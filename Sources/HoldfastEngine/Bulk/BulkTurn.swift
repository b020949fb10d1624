import HoldfastCore
import HoldfastStore
import Synchronization

/// Does one page of a bulk operation.
///
/// The page and the event that says so are one transaction, which begins by looking whether the operation still is where
/// the page begins. So whoever dies, races or comes late, no job is met twice.
struct BulkTurn {
    /// How many jobs a page has at most: few enough that nobody waits long for the writer.
    static let pageLimit = 200

    /// How a turn ended.
    enum Outcome: Sendable {
        /// A page is done, and there are more.
        case done(BulkOperation)
        /// The operation has finished.
        case finished(BulkOperation)
        /// Another engine, or somebody else in this process, is at it; look again at this moment.
        case left(BulkOperation, until: Timestamp)
    }

    private let engine: JobEngine

    init(_ engine: JobEngine) { self.engine = engine }

    /// Does the next page, if it is this engine's turn.
    ///
    /// - Throws: `BulkRejection.unknownOperation`, `StoreError`.
    func take(_ id: BulkID) async throws -> Outcome {
        let operation = try await engine.bulkOperation(id)
        guard operation.finishedAt == nil else { return .finished(operation) }
        let now = engine.environment.now()
        let isDead = isProvedDead(operation.engine)
        if let limit = operation.isLeft(to: engine.id, isOtherDead: isDead, patience: patience, at: now) {
            return .left(operation, until: min(limit, now + engine.configuration.reapingInterval))
        }
        guard engine.bulkDesk.begin(id) else {
            return .left(operation, until: now + engine.configuration.reapingInterval)
        }
        defer { engine.bulkDesk.end(id) }
        return try await page(of: operation)
    }

    private var patience: Duration { engine.configuration.log.leaseDuration }

    private func isProvedDead(_ other: EngineID?) -> Bool {
        guard let other, other != engine.id, let shared = engine.log.backend as? any SharedStorage else {
            return false
        }
        return shared.isProvedDead(other)
    }

    private func page(of operation: BulkOperation) async throws -> Outcome {
        let jobs: [JobID]
        if let before = operation.before {
            let query = JobQuery(operation.order.filter, before: before, limit: BulkTurn.pageLimit)
            jobs = try await engine.log.read { try $0.jobs(query).map(\.id) }
        } else {
            jobs = []
        }
        let (id, engineID) = (operation.id, engine.id)
        let command = operation.order.command.command.completed(by: engine.configuration)
        let after = try await engine.log.write { transaction -> BulkOperation in
            guard let current = try transaction.bulkOperation(id) else {
                throw BulkRejection.unknownOperation
            }
            // Somebody was faster: the page that was read is not the next one any more.
            guard current.before == operation.before, current.finishedAt == nil else { return current }
            let count = try transaction.steer(jobs, command, as: current)
            transaction.record(
                .bulk(.progressed(BulkProgressed(id: id, engine: engineID, count: count))),
                by: .engine(engineID))
            if jobs.count < BulkTurn.pageLimit {
                transaction.record(
                    .bulk(.finished(BulkFinished(id: id, count: count))), by: .engine(engineID))
            }
            return try transaction.bulkOperation(id) ?? current
        }
        return after.finishedAt == nil ? .done(after) : .finished(after)
    }
}

extension LogTransaction {
    /// Gives the command of a bulk operation to those of some jobs that its filter meets.
    ///
    /// - Returns: How far the operation has come then.
    fileprivate func steer(
        _ jobs: [JobID], _ command: SteerCommand, as operation: BulkOperation
    ) throws -> BulkCount {
        let order = operation.order
        var count = operation.count
        for job in jobs {
            count.cursor = job
            guard let state = try self.job(job), order.filter.accepts(state) else { continue }
            count.matched += 1
            do {
                guard try !execute(.steer(command), on: job, by: operation.actor).isEmpty else {
                    continue
                }
                count.changed += 1
                if order.command.letsRun { try spread(job, over: order.spread, by: operation.actor) }
            } catch is JobRejection {
                count.refused += 1
            }
        }
        return count
    }

    private func spread(_ job: JobID, over length: Duration?, by actor: EventActor) throws {
        guard let length, length > .zero, case .queued = try self.job(job)?.phase else { return }
        let wait = Duration.microseconds(Int64(randomFraction() * Double(length.microsecondsRoundedUp)))
        guard wait > .zero else { return }
        try execute(.postpone(until: now + wait, reason: "spread"), on: job, by: actor)
    }
}

/// Knows which bulk operations somebody in this process is at.
final class BulkDesk: Sendable {
    private let inHand = Mutex<Set<BulkID>>([])

    /// Tells whether nobody was at the operation; whoever gets true is, until `end`.
    func begin(_ id: BulkID) -> Bool { inHand.withLock { $0.insert(id).inserted } }

    func end(_ id: BulkID) { inHand.withLock { _ = $0.remove(id) } }
}
