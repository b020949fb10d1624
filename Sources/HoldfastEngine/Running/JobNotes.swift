import HoldfastCore
import HoldfastStore
import Logging
import Synchronization

/// What a run records without waiting for it: step starts, log lines and progress.
///
/// Notes keep their order among themselves and before what is recorded durably after them. When the store
/// fails they come back and are given to it again, together with everything that was on its way behind them.
/// Progress above its rate is merged here, and nowhere else.
final class JobNotes: Sendable {
    private struct Note {
        let number: Int
        let command: WorkCommand
    }

    /// What is given to the writer at once.
    private struct Submission {
        let notes: [Note]
        let turn: Int
    }

    private struct State {
        var lastNumber = 0
        /// How many were given to the writer of which nobody knows yet how they ended.
        var pending = 0
        /// Came back because the store failed, in their order; they are first in line.
        var returned: [Note] = []
        /// Rises when notes come back: what was given to the writer before must come back as well.
        var turn = 0
        var progress: Progress?
        var progressAllowedAt: Timestamp?
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Lines that found no room, and of which the history has not been told yet.
        var omitted = OmittedLines()

        /// Puts a line about those that were left out behind what came back.
        mutating func reportOmitted() {
            guard let report = omitted.report() else { return }
            returned.append(number(.writeLog(report)))
        }

        mutating func number(_ command: WorkCommand) -> Note {
            lastNumber += 1
            return Note(number: lastNumber, command: command)
        }

        /// Takes what came back and what is new, as something to give to the writer.
        mutating func take(_ command: WorkCommand?) -> Submission {
            if let command { returned.append(number(command)) }
            pending += returned.count
            defer { returned = [] }
            return Submission(notes: returned, turn: turn)
        }

        mutating func takeBack(_ notes: [Note]) {
            returned = (returned + notes).sorted { $0.number < $1.number }
        }

        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            defer { waiting = [] }
            return waiting
        }
    }

    private let state = Mutex(State())
    /// Held while notes are taken and given to the writer, so that they reach it in their order.
    private let order = Mutex(())
    private let job: JobID
    private let token: LeaseToken
    private let actor: EventActor
    private let engine: JobEngine
    private let alarm: Alarm

    init(job: JobID, running: RunningPhase, engine: JobEngine, alarm: Alarm) {
        self.job = job
        token = running.token
        actor = .worker(running.worker)
        self.engine = engine
        self.alarm = alarm
    }

    /// The job, for lines that leave its history.
    var names: Logger.Metadata { ["job": "\(job)", "worker": "\(actor.id)"] }

    /// Gives a note to the writer.
    func add(_ command: WorkCommand) {
        order.withLock { _ in submit(state.withLock { $0.take(command) }) }
    }

    /// Gives a line to the writer, or counts it where too many are on their way.
    ///
    /// It never waits. The history is told of what was left out before the next line, and as soon as there is room.
    func write(_ line: LogWritten) {
        let limit = engine.configuration.pendingNotes * (line.level.isGrave ? 2 : 1)
        order.withLock { _ in
            let submission = state.withLock { state -> Submission? in
                guard state.pending + state.returned.count < limit else {
                    state.omitted.count(line.level)
                    engine.metrics?.lineOmitted()
                    return nil
                }
                state.reportOmitted()
                return state.take(.writeLog(line))
            }
            if let submission { submit(submission) }
        }
    }

    /// Records progress now, or soon when there was too much of it within the second.
    func update(_ progress: Progress) {
        let now = engine.environment.now()
        let due: Timestamp? = state.withLock { state in
            if let allowed = state.progressAllowedAt, now < allowed {
                state.progress = progress
                return allowed
            }
            state.progress = nil
            state.progressAllowedAt = now + progressInterval
            return nil
        }
        if let due { alarm.set(at: due) } else { add(.updateProgress(progress)) }
    }

    /// Gives merged progress whose time has come, and what came back, to the writer.
    ///
    /// - Returns: When to look again; nil when nothing is left.
    func flushDue(at now: Timestamp) -> Timestamp? {
        order.withLock { _ in
            let (submission, due) = state.withLock { state -> (Submission, Timestamp?) in
                state.reportOmitted()
                guard let progress = state.progress else { return (state.take(nil), nil) }
                if let allowed = state.progressAllowedAt, now < allowed { return (state.take(nil), allowed) }
                state.progress = nil
                state.progressAllowedAt = now + progressInterval
                return (state.take(.updateProgress(progress)), nil)
            }
            submit(submission)
            return due
        }
    }

    /// Gives what came back, and at the end of a run also merged progress, to the writer.
    ///
    /// - Returns: The turn of what is recorded durably after them; see `inOrder`.
    func flush(withProgress: Bool) -> Int {
        order.withLock { _ in
            let submission = state.withLock { state in
                state.reportOmitted()
                let progress = withProgress ? state.progress : nil
                if withProgress { state.progress = nil }
                return state.take(progress.map(WorkCommand.updateProgress))
            }
            submit(submission)
            return submission.turn
        }
    }

    /// Runs a part of a transaction, unless notes before it came back.
    ///
    /// - Throws: `NotesCameBack`, or what `body` throws.
    func inOrder<Result>(_ turn: Int, _ body: () throws -> Result) throws -> Result {
        let isInOrder = state.withLock { state in
            if state.turn != turn { state.turn += 1 }
            return state.turn == turn
        }
        guard isInOrder else { throw NotesCameBack() }
        do {
            return try body()
        } catch let error as StoreError where error.isRetryable {
            state.withLock { $0.turn += 1 }
            throw error
        }
    }

    /// Returns when there is room for another note, which is at once unless very many are on their way.
    func waitForRoom() async {
        let limit = engine.configuration.pendingNotes
        while !Task.isCancelled {
            guard state.withLock({ $0.pending + $0.returned.count >= limit }) else { return }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        if Task.isCancelled || state.pending + state.returned.count < limit { return true }
                        state.waiting.append(continuation)
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                for continuation in state.withLock({ $0.takeWaiting() }) { continuation.resume() }
            }
        }
    }

    private var progressInterval: Duration {
        Duration.seconds(1) / max(1, engine.configuration.progressPerSecond)
    }

    private func submit(_ submission: Submission) {
        let (notes, turn) = (submission.notes, submission.turn)
        guard !notes.isEmpty else { return }
        engine.log.writeLater { [self] transaction in
            try inOrder(turn) {
                for note in notes { try transaction.execute(.work(token, note.command), on: job, by: actor) }
            }
        } completion: { [self] error in
            conclude(notes, error)
        }
    }

    private func conclude(_ notes: [Note], _ error: (any Error)?) {
        // A lost lease ends the run anyway: what it still wanted to say is not its to say.
        let cameBack = error is NotesCameBack || (error as? StoreError)?.isRetryable == true
        let (waiting, hasOmitted) = state.withLock { state in
            state.pending -= notes.count
            if cameBack {
                state.takeBack(notes)
                state.turn += 1
            }
            return (state.takeWaiting(), !state.omitted.isEmpty)
        }
        for continuation in waiting { continuation.resume() }
        if hasOmitted, !cameBack { alarm.set(at: engine.environment.now()) }
        if cameBack { alarm.set(at: engine.environment.now() + engine.configuration.storeRetryInterval) }
    }
}

/// Tells that notes which belong before something came back from the writer, so that it has to wait for them.
struct NotesCameBack: Error {}
