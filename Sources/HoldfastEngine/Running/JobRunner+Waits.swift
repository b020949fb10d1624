import HoldfastCore
import HoldfastStore
import Logging

// What happens to running jobs from outside, and what becomes of those that only wait.
extension JobRunner {
    /// Passes an event on to the run of its job, if that goes on here.
    ///
    /// Events that are older than the run are none of its business.
    func noteSteering(_ event: JobEvent, of job: JobID, at position: EventLogPosition) {
        switch event {
        case .checkpointOpened(let event): if let due = event.deadline { dueTimes.set(at: due) }
        case .timerSet(let event): dueTimes.set(at: event.due)
        case .cancelRequested(let event): if let due = event.deadline { dueTimes.set(at: due) }
        case .paused(let event): if let due = event.deadline { dueTimes.set(at: due) }
        default: break
        }
        guard let run = running.run(of: job), run.context.token.position < position else { return }
        switch event {
        case .cancelRequested: run.task?.cancel()
        case .paused: run.context.setPausing(true)
        case .unpaused: run.context.setPausing(false)
        case .cancelled, .leaseReleased, .leaseExpired, .started:
            // Somebody else ended this run, or the run itself did, which knows it already.
            if run.context.retire() { run.task?.cancel() }
        default: if let wait = event.wait { run.context.waits.note(wait) }
        }
    }

    /// Takes the lease and the task of jobs that do nothing but wait.
    func parkWaitingJobs() async {
        await waitingAlarm.run {
            let now = self.engine.environment.now()
            var parking: [(run: RunningJob, reasons: [WaitReason])] = []
            for run in self.running.all {
                switch run.context.waits.look(at: now) {
                case .busy: break
                case .notYet(let moment): self.waitingAlarm.set(at: moment)
                case .holding: run.context.decideHeldSteps()
                case .ready(let reasons): parking.append((run, reasons))
                }
            }
            guard !parking.isEmpty else { return }
            do {
                try await self.park(parking)
            } catch {
                self.logger.error("Waiting jobs could not be put away", metadata: ["error": "\(error)"])
                self.waitingAlarm.set(at: now + self.engine.configuration.storeRetryInterval)
            }
        }
    }

    private func park(_ parking: [(run: RunningJob, reasons: [WaitReason])]) async throws {
        for (run, _) in parking { _ = run.context.notes.flush(withProgress: true) }
        let commands = parking.map {
            ($0.run.context.job, $0.run.context.token, $0.run.context.worker, $0.reasons)
        }
        let isParked = try await engine.log.write { transaction in
            try commands.map { job, token, worker, reasons in
                do {
                    let command = JobCommand.work(token, .wait(reasons, isOver: false))
                    return try !transaction.execute(command, on: job, by: .worker(worker)).isEmpty
                } catch JobRejection.leaseLost {
                    return true
                }
            }
        }
        for ((run, _), isParked) in zip(parking, isParked) where isParked {
            run.context.retire()
            run.task?.cancel()
            running.remove(run.context.token)
        }
        poke.yield()
    }
}
