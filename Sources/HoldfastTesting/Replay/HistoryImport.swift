import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Writes what a history holds into an empty log, as if one run had recorded all of it and then given the job back.
struct HistoryImport {
    private static let worker: WorkerID = "replay"
    private static let engine: EngineID = "replay"

    let history: RecordedHistory
    /// The values beside the log.
    let values: [JSONText]

    /// Writes the events at their own moments.
    ///
    /// - Throws: `HistoryError.cannotFollow`, or `StoreError`.
    func write(to bench: JobBench) async throws {
        let values = values
        try await bench.engine.log.write { transaction in
            for value in values {
                let digest = SHA256Sum(of: value.text).hexadecimal
                transaction.keep(value, as: PayloadReference(sha256: digest, bytes: Int64(value.byteCount)))
            }
        }
        for recorded in history.events {
            guard let job = recorded.job, case .job(let event) = recorded.event else { continue }
            bench.clock.advance(to: .init(recorded.at))
            let (main, isNeeded) = (history.job, history.ending(ofChild: job) != nil)
            do {
                try await bench.engine.log.write { transaction in
                    if job == main {
                        try HistoryImport.write(event, of: job, by: recorded.actor, in: transaction)
                    } else if isNeeded {
                        try HistoryImport.writeChild(event, of: job, by: recorded.actor, in: transaction)
                    }
                }
            } catch let error as JobRejection {
                throw HistoryError.cannotFollow(recorded.position, reason: "\(error)")
            }
        }
        let main = history.job
        try await bench.engine.log.write { transaction in
            try HistoryImport.work(.release(reason: "replay"), on: main, in: transaction)
        }
    }

    private static func write(
        _ event: JobEvent, of job: JobID, by actor: EventActor, in transaction: LogTransaction
    ) throws {
        switch event {
        case .enqueued(let event): try begin(event, as: job, by: actor, in: transaction)
        case .stepCompleted(let event):
            let command = WorkCommand.completeStep(
                event.step, output: event.output, duration: event.duration, recorded: nil)
            try work(command, on: job, in: transaction)
        case .checkpointOpened(let event):
            try work(.openCheckpoint(event, recorded: nil), on: job, in: transaction)
        case .timerSet(let event): try work(.setTimer(event, recorded: nil), on: job, in: transaction)
        case .signalConsumed(let event):
            try work(.consumeSignal(event.signal, recorded: nil), on: job, in: transaction)
        case .childSpawned(let event): try work(.spawn(event, recorded: nil), on: job, in: transaction)
        case .checkpointDecided(let event):
            let verdict = CheckpointVerdict(
                event.choice, name: event.checkpoint.name, occurrence: event.checkpoint.occurrence,
                reason: event.reason, value: event.value)
            try transaction.execute(.steer(.decide(verdict, recorded: nil)), on: job, by: actor)
        case .checkpointExpired(let event):
            try transaction.execute(.fireWait(event.checkpoint, recorded: nil), on: job, by: actor)
        case .timerFired(let event):
            guard let wait = event.wait else { return }
            try transaction.execute(.fireWait(wait, recorded: nil), on: job, by: actor)
        case .signalReceived(let event):
            let delivery = SignalDelivery(name: event.signal.name, payload: event.payload)
            let command = JobCommand.steer(.signal(delivery, newest: nil, repeated: nil))
            try transaction.execute(command, on: job, by: actor)
        case .childFinished(let event):
            // A child with lines of its own tells by itself.
            guard try transaction.job(event.job) == nil, event.state == .cancelled else { return }
            let parent = ParentLink(job: job, child: event.child)
            let child = JobEnqueued(kind: "replay.child", input: .null, parent: parent)
            _ = try transaction.enqueue(child, as: event.job, by: actor)
            try transaction.execute(.steer(.cancel(reason: nil)), on: event.job, by: actor)
        default: return
        }
    }

    private static func writeChild(
        _ event: JobEvent, of job: JobID, by actor: EventActor, in transaction: LogTransaction
    ) throws {
        if case .enqueued(let event) = event {
            return try begin(event, as: job, by: actor, in: transaction)
        }
        guard let state = try transaction.job(job), !state.phase.name.isEnded else { return }
        switch event {
        case .completed(let event): try work(.complete(output: event.output), on: job, in: transaction)
        case .failed(let event):
            try work(.failAttempt(event.failure, .discard), on: job, in: transaction)
        case .cancelled(let event): try work(.cancel(reason: event.reason), on: job, in: transaction)
        default: return
        }
    }

    /// Enqueues a job and starts it, whatever it waited for.
    private static func begin(
        _ event: JobEnqueued, as job: JobID, by actor: EventActor, in transaction: LogTransaction
    ) throws {
        var event = event
        event.notBefore = nil
        event.key = nil
        event.debounce = nil
        _ = try transaction.enqueue(event, as: job, by: actor)
        try transaction.execute(.start(worker: worker, engine: engine), on: job, by: .worker(worker))
    }

    private static func work(
        _ command: WorkCommand, on job: JobID, in transaction: LogTransaction
    ) throws {
        guard let token = try transaction.job(job)?.leaseToken else { throw JobRejection.leaseLost }
        try transaction.execute(.work(token, command), on: job, by: .worker(worker))
    }
}
