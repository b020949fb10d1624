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

    /// How many inputs are remembered.
    ///
    /// More jobs than that wait long enough to be read from the store.
    private static let inputLimit = 4096

    /// Claims until the pokes end.
    func run() async {
        // Without a handler there is nothing to claim, but others' deadlines are still looked after.
        var knowledge = ClaimKnowledge(position: start, ready: Set(runner.lanes.map(\.queue)))
        runner.poke.yield()
        for await _ in runner.pokes {
            do {
                try await absorb(&knowledge)
                runner.claimerPosition = knowledge.position
                if !knowledge.held.isEmpty { knowledge.noteTime(engine.environment.now()) }
                while try await claim(&knowledge) {}
                // Also for the queues that the alarm did not ring for this time.
                if let next = knowledge.nextTime { runner.claimAlarm.set(at: next) }
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
    private func absorb(_ knowledge: inout ClaimKnowledge) async throws {
        while true {
            if let recent = engine.log.feed.recent(after: knowledge.position, limit: 4096) {
                guard let last = recent.last else { return }
                for event in recent { note(event.recorded, in: &knowledge) }
                knowledge.position = last.stored.position
                continue
            }
            let kinds =
                knowledge.awaitsPlaces ? JobClaimer.relevant.union(JobClaimer.leaving) : JobClaimer.relevant
            let query = EventQuery(after: knowledge.position, kinds: kinds, limit: 1000)
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
        .jobWaiting, .queueConfigured, .queueResumed,
    ]

    /// The kinds of events with which a job leaves its place, in whichever process.
    private static let leaving: Set<EventKind> = [
        .jobCompleted, .jobFailed, .jobCancelled, .jobAttemptFailed, .jobRescheduled, .jobWaiting, .jobPaused,
        .leaseReleased, .leaseExpired,
    ]

    private func note(_ recorded: RecordedEvent, in knowledge: inout ClaimKnowledge) {
        if case .engine(let event) = recorded.event { return note(event, in: &knowledge) }
        guard case .job(let event) = recorded.event, let job = recorded.job else { return }
        if knowledge.awaitsPlaces, JobClaimer.leaving.contains(event.kind) { knowledge.notePlace() }
        switch event {
        case .enqueued(let event):
            guard runner.lanes.contains(where: { $0.queue == event.queue }) else {
                if let due = event.notBefore { runner.dueTimes.set(at: due) }
                return
            }
            if let due = event.notBefore, due > recorded.at {
                runner.dueTimes.set(at: due)
            } else {
                knowledge.noteJob(in: event.queue)
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

    /// What concerns queues.
    private func note(_ event: EngineEvent, in knowledge: inout ClaimKnowledge) {
        switch event {
        case .queueConfigured(let event): knowledge.noteChange(of: event.queue)
        case .queueResumed(let event): knowledge.noteChange(of: event.queue)
        case .workerJoined, .workerLeft, .queuePaused, .schedule, .bulk, .requestAnswered, .pruned,
            .archived, .redacted, .keyDestroyed, .jobImported, .logRestored, .configured:
            break
        }
    }

    private func noteReturn(due: Timestamp?, at: Timestamp, in knowledge: inout ClaimKnowledge) {
        if let due, due > at {
            runner.dueTimes.set(at: due)
        } else {
            knowledge.ready = Set(runner.lanes.map(\.queue))
        }
    }

    /// Claims one round for all lanes that have places and may have jobs.
    ///
    /// - Returns: Whether another round may find more.
    private func claim(_ knowledge: inout ClaimKnowledge) async throws -> Bool {
        let places = engine.configuration.maxRunningJobs.map { $0 - runner.running.count }
        if let places, places <= 0 { return false }
        let wishes = runner.lanes.compactMap { lane -> ClaimWish? in
            guard knowledge.ready.contains(lane.queue) else { return nil }
            let free = runner.running.free(in: lane)
            guard !free.isEmpty else { return nil }
            let running = runner.running.count(in: lane.queue)
            return ClaimWish(lane: lane, worker: runner.worker(of: lane), free: free, running: running)
        }
        guard !wishes.isEmpty else { return false }
        let engineID = engine.id
        let round = ClaimRound(wishes: wishes, places: places, turns: knowledge.turns)
        let outcome = try await engine.persist { try round.run(in: $0, engine: engineID) }
        knowledge.turns = outcome.turns
        var claimed: [(Lane, JobState)] = []
        for (wish, (jobs, end)) in zip(wishes, outcome.claims) {
            knowledge.note(end, of: wish.lane.queue)
            claimed += jobs.map { (wish.lane, $0) }
        }
        try await start(claimed, &knowledge)
        return !claimed.isEmpty
    }

    private func start(_ claimed: [(Lane, JobState)], _ knowledge: inout ClaimKnowledge) async throws {
        var inputs: [JobID: Payload] = [:]
        for (_, state) in claimed { inputs[state.id] = knowledge.inputs.removeValue(forKey: state.id) }
        var refused: [JobContext] = []
        var interruption: (any Error)?
        do {
            try await read(claimed.map(\.1.id), into: &inputs)
        } catch {
            interruption = error
        }
        for (lane, state) in claimed {
            guard case .running(let running) = state.phase else { continue }
            let context = JobContext(state, running: running, runner: runner)
            guard let handler = lane.handlers[state.origin.kind] else { continue }
            guard let input = inputs[state.id] else {
                if interruption != nil { refused.append(context) }
                continue
            }
            let run = JobRun(runner, context, handler: handler, input: input, queue: lane.queue)
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
