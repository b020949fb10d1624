public import HoldfastCore
import HoldfastStore
import Logging
import Synchronization

/// What a handler does durable things with.
///
/// Each call is recorded under the lease of this run.
///
/// Once the run is over (cancelled, drained, lease lost), calls throw `CancellationError` and nothing more is
/// recorded,
/// whatever the handler still does.
public final class JobContext: Sendable {
    /// The job that is run.
    public let job: JobID
    /// The attempt, counted from 1.
    ///
    /// Crashes and drains do not change it.
    public let attempt: Int
    /// The worker that runs it.
    public let worker: WorkerID
    let token: LeaseToken
    let engine: JobEngine
    let notes: JobNotes
    let waits: JobWaiting.Room
    /// What the job was enqueued with.
    let origin: JobOrigin
    /// The attempt within this life of the job, from 1.
    let attemptOfLife: Int
    /// Compares the steps with those of the log; nil where nobody asked for it or there are none.
    let matching: StepMatching?
    private let recordedAtStart: Int
    private let stepFailuresAtStart: Int
    private let state = Mutex(State())

    private struct State {
        var occurrences: [StepName: Int] = [:]
        var inFlight: Set<StepName> = []
        var replayed = 0
        var failedStep: StepKey?
        var isDraining = false
        var isPausing = false
        var isRetired = false
        var interruption: String?
        var wasCancelled = false
    }

    init(_ state: JobState, running: RunningPhase, runner: JobRunner) {
        let engine = runner.engine
        job = state.id
        origin = state.origin
        waits = JobWaiting.Room(state, running: running, runner: runner)
        attempt = state.attempt
        worker = running.worker
        token = running.token
        attemptOfLife = state.attempt - state.firstAttemptOfLife + 1
        recordedAtStart = state.recordedSteps
        stepFailuresAtStart = state.stepFailures
        let isMatched = engine.configuration.matchesStepsStrictly && state.recordedSteps > 0
        matching = isMatched ? StepMatching() : nil
        self.engine = engine
        notes = JobNotes(job: state.id, running: running, engine: engine, alarm: runner.progressAlarm)
    }

    // MARK: The run as the engine sees it

    /// Keeps the next durable call from starting: the engine is about to stop.
    func beginDrain() {
        state.withLock { state in
            state.isDraining = true
            if failWaits() { state.interruption = state.interruption ?? "drain" }
        }
    }

    /// Keeps the next durable call from starting, or lets it: the job was asked to pause, or no more.
    func setPausing(_ isPausing: Bool) {
        state.withLock { state in
            state.isPausing = isPausing
            if isPausing {
                if failWaits() { state.interruption = state.interruption ?? "pause" }
            } else if !state.isDraining, !state.isRetired {
                waits.reopen()
                matching?.reopen()
            }
        }
    }

    /// Makes everything that the handler still does be ignored.
    ///
    /// False when it was so already.
    @discardableResult
    func retire() -> Bool {
        state.withLock { state in
            defer { state.isRetired = true }
            _ = failWaits()
            return !state.isRetired
        }
    }

    /// Ends all waits of the run: it is over or about to be.
    ///
    /// - Returns: Whether a branch waited, which is then refused for good, even if the reason for it is taken back.
    private func failWaits() -> Bool {
        let hadWaits = waits.fail()
        let hadHeld = matching?.fail() ?? false
        return hadWaits || hadHeld
    }

    /// Whether the run no longer counts.
    var isRetired: Bool { state.withLock(\.isRetired) }

    /// Why the job has to be given back, because a durable call was refused: the engine is about to stop, or the job
    /// was asked to pause; nil when none was refused.
    var interruption: String? { state.withLock(\.interruption) }

    /// Whether a durable call was refused because the task was cancelled.
    var wasCancelled: Bool { state.withLock(\.wasCancelled) }

    /// The step from which the last error came.
    var failedStep: StepKey? { state.withLock(\.failedStep) }

    /// How many steps of each name the handler asked for.
    var occurrences: [StepName: Int] { state.withLock(\.occurrences) }

    /// Whether there may be recorded steps that the handler did not ask for.
    var mayHaveUnusedSteps: Bool { state.withLock { $0.replayed < recordedAtStart } }

    /// Whether a recorded result may exist that was not asked for yet.
    var mayHaveRecordedSteps: Bool { recordedAtStart > 0 }

    /// Whether steps failed in this attempt before this run, as they may have before a crash or a drain.
    var mayHaveFailedSteps: Bool { stepFailuresAtStart > 0 }

    func noteReplay() { state.withLock { $0.replayed += 1 } }

    func noteFailure(of step: StepKey?) { state.withLock { $0.failedStep = step } }

    /// Refuses to go on when the run is over or about to be.
    ///
    /// - Parameter isWithinStep: Whether the step that runs may end first, with all that it records, before the job gives
    ///   way to a pause or a stop.
    /// - Throws: `CancellationError`.
    func checkInterruption(isWithinStep: Bool = false) throws {
        let isCancelled = Task.isCancelled
        let isOver = state.withLock { state in
            let isInterrupted = (state.isDraining || state.isPausing) && (!isWithinStep || isCancelled)
            if isInterrupted {
                state.interruption = state.interruption ?? (state.isPausing ? "pause" : "drain")
            }
            if isCancelled { state.wasCancelled = true }
            return state.isRetired || isInterrupted || isCancelled
        }
        if isOver { throw CancellationError() }
    }

    /// Begins the next step of a name.
    ///
    /// - Throws: `StepMisuse` when one of the same name is in flight.
    func begin(_ name: StepName) throws -> StepKey {
        let step = try state.withLock { state in
            guard state.inFlight.insert(name).inserted else { throw StepMisuse.inFlight(name) }
            let occurrence = (state.occurrences[name] ?? 0) + 1
            state.occurrences[name] = occurrence
            return StepKey(name, occurrence: occurrence)
        }
        waits.beginCall()
        matching?.ask(step)
        if let observer = engine.configuration.observer { observer.ask(.step(step), of: job) }
        return step
    }

    func end(_ step: StepKey) {
        state.withLock { _ = $0.inFlight.remove(step.name) }
        waits.endCall()
    }

    /// Notes that the handler asked for the one step of a name.
    func noteAsked(for name: StepName) { state.withLock { $0.occurrences[name] = 1 } }

    /// Records something and returns once it is durable.
    ///
    /// A store that fails for a while is waited for.
    ///
    /// - Throws: `CancellationError` when the lease was lost, `StoreError` when waiting is of no use.
    /// Turns a value of the job into what an event holds, encrypted where the job is.
    func payload(_ value: JSONText) async throws -> PreparedPayload {
        guard origin.isEncrypted else { return try engine.log.payload(value) }
        let (log, id) = (engine.log, job)
        return try await engine.waitingForStore(.write) { try await log.payload(value, encryptedFor: id) }
    }

    func record(_ command: WorkCommand, keeping payload: PreparedPayload? = nil) async throws {
        try await record([command], keeping: payload, isLast: false)
    }

    /// Records the last words of the run in one transaction, as `record` does, with everything held back before them.
    func recordEnd(_ commands: [WorkCommand], keeping payload: PreparedPayload? = nil) async throws {
        try await record(commands, keeping: payload, isLast: true)
    }

    private func record(
        _ commands: [WorkCommand], keeping payload: PreparedPayload?, isLast: Bool
    ) async throws {
        try await write(isLast: isLast) { [job, token, worker] transaction in
            payload?.keep(in: transaction)
            for command in commands {
                try transaction.execute(.work(token, command), on: job, by: .worker(worker))
            }
        }
    }

    /// Runs a part of a transaction behind the notes before it, and returns once it is durable.
    ///
    /// - Throws: As `record` does, and what `body` throws.
    func write<Result: Sendable>(
        isLast: Bool = false, _ body: @escaping @Sendable (LogTransaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await engine.waitingForStore(.write) {
                while true {
                    let turn = self.notes.flush(withProgress: isLast)
                    do {
                        return try await self.engine.log.write { [notes = self.notes] transaction in
                            try notes.inOrder(turn) { try body(transaction) }
                        }
                    } catch is NotesCameBack {
                        // They go first, and what was to follow them is given to the writer again.
                        continue
                    }
                }
            }
        } catch JobRejection.leaseLost {
            retire()
            throw CancellationError()
        }
    }
}

/// A step was used in a way that could not be recorded unambiguously.
public enum StepMisuse: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two steps of one name at once: their occurrences would depend on which came first.
    case inFlight(StepName)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .inFlight(let name):
            "a step \"\(name)\" is in flight already: give steps that run at the same time different names"
        }
    }
}
