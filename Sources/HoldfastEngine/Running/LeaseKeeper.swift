import HoldfastCore
import HoldfastStore
import Logging

/// Renews the leases of the jobs that this process runs, all in one transaction.
///
/// A renewal also tells whether the lease was lost and whether somebody asked the job to stop.
struct LeaseKeeper: Sendable {
    private let runner: JobRunner

    init(_ runner: JobRunner) { self.runner = runner }

    /// Renews until the task is cancelled.
    func run() async {
        let engine = runner.engine
        while !Task.isCancelled {
            do {
                try await engine.environment.sleep(engine.configuration.renewalInterval)
                let jobs = runner.running.all
                if !jobs.isEmpty { try await renew(jobs) }
            } catch is CancellationError {
                return
            } catch {
                runner.logger.error("Leases could not be renewed", metadata: ["error": "\(error)"])
            }
        }
    }

    private func renew(_ jobs: [RunningJob]) async throws {
        let phases = try await runner.engine.log.write { transaction in
            try jobs.map { try transaction.renew($0.context.token, of: $0.context.job) }
        }
        for (job, phase) in zip(jobs, phases) {
            if phase == nil {
                guard job.context.retire() else { continue }
                runner.logger.warning("A lease was lost", metadata: ["job": "\(job.context.job)"])
                job.task?.cancel()
            } else if phase?.cancelRequest != nil {
                job.task?.cancel()
            } else if phase?.pauseRequest != nil {
                job.context.setPausing(true)
            }
        }
    }
}
