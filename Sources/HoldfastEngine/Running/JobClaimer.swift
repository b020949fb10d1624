import HoldfastCore
import HoldfastStore
import Logging

/// Claims jobs when there is something to claim: woken by commits and by free places, never by a timer.
final class JobClaimer: Sendable {
    private let runner: JobRunner
    private var engine: JobEngine { runner.engine }

    private let start: EventLogPosition

    /// Looks at the log from a position on; queues are looked at whatever came before.
    init(_ runner: JobRunner, from start: EventLogPosition) {
        self.runner = runner
        self.start = start
    }

    /// What the loop knows.
    ///
    /// It is local to the loop, so that nothing has to be locked.
    private struct Knowledge {
        /// Up to where the log was looked at.
        var position: EventLogPosition
        /// Queues that may hold a job that waits.
        var ready: Set<QueueName>
        /// Inputs of jobs that were just enqueued, so that they need not be read again.
        var inputs: [JobID: Payload] = [:]
    }

    /// How many inputs are remembered.
    ///
    /// More jobs than that wait long enough to be read from the store.
    private static let inputLimit = 4096

    /// Claims until the pokes end.
    func run() async {
        // Without a handler there is nothing to claim, but others' deadlines are still looked after.
        var knowledge = Knowledge(position: start, ready: Set(runner.lanes.map(\.queue)))
        runner.poke.yield()
        for await _ in runner.pokes {
            do {
                try await absorb(&knowledge)
                runner.claimerPosition = knowledge.position
                while try await claim(&knowledge) {}
            } catch is CancellationError {
                return
            } catch {
                await pause(after: error)
                knowledge.ready = Set(runner.lanes.map(\.queue))
                runner.poke.yield()
            }
        }
    }

    /// Says why nothing is claimed, and waits a little (P11).
    private func pause(after error: any Error) async {
        if engine.registry.endCall(engine.registry.beginCall(.write), failure: "\(error)") {
            runner.logger.error(
                "Jobs cannot be claimed; trying until they can", metadata: ["error": "\(error)"])
        }
        // A cancelled wait ends the loop with the pokes.
        try? await engine.environment.sleep(engine.configuration.storeRetryInterval)
    }

    /// Reads what happened since the last look.
    private func absorb(_ knowledge: inout Knowledge) async throws {
        while true {
            if let recent = engine.log.feed.recent(after: knowledge.position, limit: 4096) {
                guard let last = recent.last else { return }
                for event in recent { note(event.recorded, in: &knowledge) }
                knowledge.position = last.stored.position
                continue
            }
            let query = EventQuery(after: knowledge.position, kinds: JobClaimer.relevant, limit: 1000)
            let page = try await engine.log.read { try $0.events(query) }
            for event in page.events { note(try event.decoded(), in: &knowledge) }
            guard page.through > knowledge.position else { return }
            knowledge.position = page.through
        }
    }

    static let relevant: Set<EventKind> = [
        .jobEnqueued, .jobRescheduled, .jobAttemptFailed, .jobRetried, .jobUnpaused, .jobCancelRequested,
        .leaseReleased, .leaseExpired, .timerFired, .jobStarted, .jobCancelled, .jobPaused, .jobResumed,
        .checkpointOpened, .checkpointDecided, .checkpointExpired, .signalReceived, .timerSet, .childFinished,
    ]

    private func note(_ recorded: RecordedEvent, in knowledge: inout Knowledge) {
        guard case .job(let event) = recorded.event, let job = recorded.job else { return }
        switch event {
        case .enqueued(let event):
            guard runner.lanes.contains(where: { $0.queue == event.queue }) else {
                if let due = event.notBefore { runner.dueTimes.set(at: due) }
                return
            }
            if let due = event.notBefore, due > recorded.at {
                runner.dueTimes.set(at: due)
            } else {
                knowledge.ready.insert(event.queue)
                guard knowledge.inputs.count < JobClaimer.inputLimit,
                    runner.lanes.contains(where: { $0.runs(event.kind, of: event.queue) })
                else { return }
                knowledge.inputs[job] = event.input
            }
        case .attemptFailed(let event): noteReturn(due: event.retryAt, at: recorded.at, in: &knowledge)
        case .rescheduled(let event): noteReturn(due: event.until, at: recorded.at, in: &knowledge)
        case .retried, .unpaused, .leaseReleased, .leaseExpired, .resumed:
            // Which queue it is would cost a read; an empty queue costs one look at a tiny index.
            noteReturn(due: nil, at: recorded.at, in: &knowledge)
            if case .unpaused = event { runner.dueTimes.set(at: recorded.at) }
            runner.noteSteering(event, of: job, at: recorded.position)
        case .timerFired(let fired) where fired.wait == nil:
            noteReturn(due: nil, at: recorded.at, in: &knowledge)
        case .cancelled, .started:
            knowledge.inputs[job] = nil
            runner.noteSteering(event, of: job, at: recorded.position)
        case .cancelRequested, .paused, .checkpointOpened, .timerSet, .checkpointDecided, .checkpointExpired,
            .signalReceived, .timerFired, .childFinished:
            runner.noteSteering(event, of: job, at: recorded.position)
        // The kinds in `relevant` are all that matter here.
        default:
            break
        }
    }

    private func noteReturn(due: Timestamp?, at: Timestamp, in knowledge: inout Knowledge) {
        if let due, due > at {
            runner.dueTimes.set(at: due)
        } else {
            knowledge.ready = Set(runner.lanes.map(\.queue))
        }
    }

    /// Claims one round for all lanes that have places and may have jobs.
    ///
    /// - Returns: Whether another round may find more.
    private func claim(_ knowledge: inout Knowledge) async throws -> Bool {
        let wanted = runner.lanes.compactMap { lane -> ClaimRequest? in
            guard knowledge.ready.contains(lane.queue) else { return nil }
            let free = runner.running.free(in: lane)
            return free.isEmpty ? nil : ClaimRequest(lane: lane, worker: runner.worker(of: lane), free: free)
        }
        guard !wanted.isEmpty else { return false }
        let engineID = engine.id
        let results = try await engine.persist { transaction in
            try wanted.map { try $0.claim(in: transaction, engine: engineID) }
        }
        var claimed: [(ClaimRequest, JobState)] = []
        for (request, result) in zip(wanted, results) {
            if result.isExhausted { knowledge.ready.remove(request.lane.queue) }
            claimed += result.jobs.map { (request, $0) }
        }
        try await start(claimed, &knowledge)
        return !claimed.isEmpty
    }

    private func start(_ claimed: [(ClaimRequest, JobState)], _ knowledge: inout Knowledge) async throws {
        var inputs: [JobID: Payload] = [:]
        for (_, state) in claimed { inputs[state.id] = knowledge.inputs.removeValue(forKey: state.id) }
        var refused: [JobContext] = []
        var interruption: (any Error)?
        do {
            try await read(claimed.map(\.1.id), into: &inputs)
        } catch {
            interruption = error
        }
        for (request, state) in claimed {
            guard case .running(let running) = state.phase else { continue }
            let context = JobContext(state, running: running, runner: runner)
            guard let handler = request.lane.handlers[state.origin.kind] else { continue }
            guard let input = inputs[state.id] else {
                if interruption != nil { refused.append(context) }
                continue
            }
            let run = JobRun(runner, context, handler: handler, input: input, queue: request.lane.queue)
            if !run.start() {
                refused.append(context)
                // The engine stops: what is given back must not be claimed again.
                interruption = CancellationError()
            }
        }
        await runner.giveBack(refused)
        if let interruption { throw interruption }
    }

    /// Reads the inputs of jobs that are not remembered.
    ///
    /// One that cannot be understood stays away: the job's lease runs out, and after some times the job is paused.
    private func read(_ jobs: [JobID], into inputs: inout [JobID: Payload]) async throws {
        let missing = jobs.filter { inputs[$0] == nil }
        guard !missing.isEmpty else { return }
        let events = try await engine.fetch { reader in
            try missing.map { try reader.events(EventQuery(job: $0, limit: 1)).events.first }
        }
        for case let event? in events {
            do {
                guard case .job(.enqueued(let enqueued)) = try event.decoded().event, let job = event.job
                else { continue }
                inputs[job] = enqueued.input
            } catch {
                runner.logger.error("A job's input cannot be read", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// What a lane wants to claim.
private struct ClaimRequest: Sendable {
    let lane: Lane
    let worker: WorkerID
    let free: [JobKind: Int]

    struct Result: Sendable {
        var jobs: [JobState] = []
        /// Nothing that this lane could run is left in its queue.
        var isExhausted = false
    }

    func claim(in transaction: LogTransaction, engine: EngineID) throws -> Result {
        var free = free
        var result = Result()
        let limit = free.values.reduce(0, +)
        let candidates = try transaction.queued(lane.queue, kinds: Set(free.keys), limit: limit)
        var isSkipping = false
        for job in candidates {
            guard let kind = try transaction.job(job)?.origin.kind, let places = free[kind], places > 0 else {
                isSkipping = true
                continue
            }
            try transaction.execute(.start(worker: worker, engine: engine), on: job, by: .worker(worker))
            free[kind] = places - 1
            if let state = try transaction.job(job) { result.jobs.append(state) }
        }
        result.isExhausted =
            !isSkipping && candidates.count < limit && free.count == lane.concurrency.count
        return result
    }
}
