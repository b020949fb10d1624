import HoldfastCore
import HoldfastStore
import Logging
import ServiceLifecycle
import Synchronization

/// Runs jobs: puts the duties together, and takes them apart again when the engine is told to stop.
final class JobRunner: Sendable {
    let engine: JobEngine
    let lanes: [Lane]
    let running = RunningJobs()
    let dueTimes: Alarm
    let progressAlarm: Alarm
    /// Rings when a waiting handler has had its time.
    let waitingAlarm: Alarm
    /// Rings when the rate of a queue lets the next jobs start.
    let claimAlarm: Alarm
    /// Wakes the claiming loop: after a commit, when a place became free and when the engine drains.
    let pokes: AsyncStream<Void>
    let poke: AsyncStream<Void>.Continuation

    private let claimed = Mutex(EventLogPosition.beginning)

    /// Up to where the claiming loop has looked at the log.
    var claimerPosition: EventLogPosition {
        get { claimed.withLock { $0 } }
        set { claimed.withLock { $0 = newValue } }
    }

    init(_ engine: JobEngine) {
        self.engine = engine
        lanes = engine.registry.lanes
        dueTimes = Alarm(engine.environment)
        progressAlarm = Alarm(engine.environment)
        waitingAlarm = Alarm(engine.environment)
        claimAlarm = Alarm(engine.environment)
        (pokes, poke) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var logger: Logger { engine.logger }

    /// Runs until a graceful stop or cancellation, then drains.
    func run() async throws {
        engine.registry.noteDraining(false)
        try shared?.announce(engine.id)
        defer { shared?.resign(engine.id) }
        try await announceWorkers()
        try await engine.recordRetention()
        await withTaskGroup { group in
            // Whatever is committed from here on is signalled and looked at; what was before is in the store.
            let signals = engine.log.feed.signals(for: JobClaimer.relevant)
            let claimer = JobClaimer(self, from: engine.log.feed.head)
            group.addTask { await LeaseReaper(self).run() }
            group.addTask { await LeaseKeeper(self).run() }
            group.addTask { await self.fireDueTimers() }
            group.addTask { await Scheduler(self.engine).run() }
            group.addTask { await self.flushProgress() }
            group.addTask { await self.parkWaitingJobs() }
            group.addTask { await self.claimAlarm.run { self.poke.yield() } }
            group.addTask { await BulkDuty(self).run() }
            if let retention = RetentionDuty(self) { group.addTask { await retention.run() } }
            group.addTask {
                for await _ in signals { self.poke.yield() }
            }
            if let sampler = MetricsSampler(self) { group.addTask { await sampler.run() } }
            group.addTask { await claimer.run() }
            await waitForStop()
            engine.registry.noteDraining(true)
            poke.finish()
            // In a task of its own: a drain goes on when the engine's is cancelled, and is bounded by its timeout.
            await Task { await self.drain() }.value
            group.cancelAll()
        }
        await dismissWorkers()
    }

    var shared: (any SharedStorage)? { engine.log.backend as? any SharedStorage }

    func worker(of lane: Lane) -> WorkerID {
        let name = "\(engine.configuration.workerName)/\(lane.queue)"
        return WorkerID(rawValue: name) ?? WorkerID(unchecked: engine.id.rawValue)
    }

    private func announceWorkers() async throws {
        try await engine.persist { [engine, lanes] transaction in
            for lane in lanes {
                let worker = self.worker(of: lane)
                transaction.record(
                    .workerJoined(
                        WorkerJoined(
                            worker: worker, engine: engine.id, queues: [lane.queue],
                            kinds: lane.handlers.keys.sorted())),
                    by: .engine(engine.id))
            }
        }
    }

    private func dismissWorkers() async {
        do {
            try await engine.log.write { [engine, lanes] transaction in
                for lane in lanes {
                    let left = WorkerLeft(
                        worker: self.worker(of: lane), engine: engine.id, reason: "shutdown")
                    transaction.record(.workerLeft(left), by: .engine(engine.id))
                }
            }
        } catch {
            logger.error("The end of the workers could not be recorded", metadata: ["error": "\(error)"])
        }
    }

    /// Returns when a graceful stop was asked for or the task was cancelled.
    private func waitForStop() async {
        let (stop, continuation) = AsyncStream<Void>.makeStream()
        await withGracefulShutdownHandler {
            for await _ in stop {}
        } onGracefulShutdown: {
            continuation.finish()
        }
    }

    /// Lets running steps finish for a while, then gives all jobs back (P7).
    private func drain() async {
        for job in running.close() { job.context.beginDrain() }
        await withTaskGroup { group in
            group.addTask { await self.running.waitUntilEmpty() }
            group.addTask { [engine] in
                do { try await engine.environment.sleep(engine.configuration.drainTimeout) } catch { return }
            }
            await group.next()
            group.cancelAll()
        }
        let left = running.all.filter { $0.context.retire() }
        for job in left { job.task?.cancel() }
        await giveBack(left.map(\.context))
        for job in left { running.remove(job.context.token) }
    }

    /// Gives jobs back that were claimed and will not be run to their end here.
    func giveBack(_ contexts: [JobContext]) async {
        guard !contexts.isEmpty else { return }
        for context in contexts { _ = context.notes.flush(withProgress: true) }
        do {
            try await engine.log.write { transaction in
                for context in contexts { try transaction.release(context, reason: "drain") }
            }
        } catch {
            logger.error("Leases could not be released; they will run out", metadata: ["error": "\(error)"])
        }
    }

    private func flushProgress() async {
        await progressAlarm.run {
            let now = self.engine.environment.now()
            for job in self.running.all {
                if let due = job.context.notes.flushDue(at: now) { self.progressAlarm.set(at: due) }
            }
        }
    }

    /// Lets jobs run whose due time was reached, in pages, and sets the alarm to the next one.
    private func fireDueTimers() async {
        await setAlarmFromStore()
        await dueTimes.run {
            do {
                var count: Int
                repeat {
                    count = try await self.engine.persist { [engine = self.engine] transaction in
                        let jobs = try transaction.due(limit: 500)
                        for job in jobs {
                            try transaction.execute(.fireTimer, on: job, by: .engine(engine.id))
                        }
                        let waits = try transaction.dueWaits(limit: 500)
                        for wait in waits {
                            try transaction.execute(
                                .fireWait(wait.record.key, recorded: nil), on: wait.job,
                                by: .engine(engine.id))
                        }
                        return max(jobs.count, waits.count)
                    }
                } while count == 500
            } catch is CancellationError {
                return
            } catch {
                self.logger.error("Due times could not be looked at", metadata: ["error": "\(error)"])
                self.dueTimes.set(
                    at: self.engine.environment.now() + self.engine.configuration.storeRetryInterval)
            }
            await self.setAlarmFromStore()
        }
    }

    private func setAlarmFromStore() async {
        do {
            if let due = try await engine.log.read({ try $0.earliestDue() }) { dueTimes.set(at: due) }
        } catch {
            logger.error("The next due time could not be read", metadata: ["error": "\(error)"])
            dueTimes.set(at: engine.environment.now() + engine.configuration.storeRetryInterval)
        }
    }
}

extension LogTransaction {
    /// Gives a job back, unless its lease ended meanwhile.
    func release(_ context: JobContext, reason: String) throws {
        do {
            try execute(
                .work(context.token, .release(reason: reason)), on: context.job, by: .worker(context.worker))
        } catch JobRejection.leaseLost {
            // Somebody else has it already: there is nothing to give back.
        }
    }
}
