import HoldfastCore
import HoldfastStore
import Logging

/// Takes leases from holders that are gone: those that ran out, and those of engines whose process is proved
/// dead (P7).
struct LeaseReaper: Sendable {
    private let runner: JobRunner

    init(_ runner: JobRunner) { self.runner = runner }

    /// Looks at once, then again and again until the task is cancelled.
    func run() async {
        let engine = runner.engine
        while !Task.isCancelled {
            do {
                try await reap()
                try await engine.environment.sleep(engine.configuration.reapingInterval)
            } catch is CancellationError {
                return
            } catch {
                runner.logger.error("Lost leases could not be looked at", metadata: ["error": "\(error)"])
                // A cancelled wait ends the loop at its head.
                try? await engine.environment.sleep(engine.configuration.reapingInterval)
            }
        }
    }

    private func reap() async throws {
        let engine = runner.engine
        let (leases, uploads) = try await engine.log.read { (try $0.leases(), try $0.uploads(limit: 1000)) }
        let now = engine.environment.now()
        if leases.contains(where: { $0.expiresAt <= now }) { try await expire(.unrenewed, of: nil) }
        let held = Set(leases.map(\.token))
        try await collect(uploads.filter { !held.contains($0.upload.token) })
        guard let shared = runner.shared else { return }
        for other in Set(leases.map(\.engine)) where other != engine.id && shared.isProvedDead(other) {
            try await expire(.processDied, of: other)
        }
    }

    /// Removes bytes of artifacts whose run has ended before they were recorded.
    private func collect(_ uploads: [UnfinishedUpload]) async throws {
        let engine = runner.engine
        for unfinished in uploads {
            let upload = unfinished.upload
            guard try await engine.log.write({ try $0.isAbandoned(upload) }) else { continue }
            try await engine.remove(unfinished)
            runner.logger.notice(
                "What was left of an artifact that was not saved to its end was removed",
                metadata: ["job": "\(upload.job)", "bytes": "\(unfinished.bytes)"])
        }
    }

    private func expire(_ cause: LeaseLoss, of dead: EngineID?) async throws {
        let engine = runner.engine
        let crashLimit = engine.configuration.crashLimit
        let count = try await engine.log.write { transaction in
            let lost = try transaction.lostLeases(deadEngine: dead)
            for lease in lost {
                let command = JobCommand.expireLease(
                    lease.token, lease.engine == dead ? cause : .unrenewed, crashLimit: crashLimit)
                try transaction.execute(command, on: lease.job, by: .engine(engine.id))
            }
            return lost.count
        }
        if count > 0 {
            runner.logger.notice(
                "Jobs were taken back from a holder that is gone",
                metadata: ["jobs": "\(count)", "cause": "\(cause.rawValue)"])
        }
    }
}
