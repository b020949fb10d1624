import HoldfastCore
import HoldfastStore
import Synchronization

/// What a run records without waiting for it: step starts, log lines and progress.
///
/// Notes keep their order among themselves and before what is recorded durably after them. When the store
/// fails they
/// are kept and given to it again. Progress above its rate is merged here, and nowhere else.
final class JobNotes: Sendable {
    private struct State {
        /// Given to the writer, not yet told how it ended.
        var pending = 0
        /// Came back because the store failed; they are first in line.
        var failed: [WorkCommand] = []
        var progress: Progress?
        var progressAllowedAt: Timestamp?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
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

    /// Gives a note to the writer.
    func add(_ command: WorkCommand) {
        let commands = state.withLock { state in
            defer { state.failed = [] }
            state.pending += 1
            return state.failed + [command]
        }
        submit(commands)
    }

    /// Records progress now, or soon when there was too much of it within the second.
    func update(_ progress: Progress) {
        let now = engine.environment.now()
        let interval = Duration.seconds(1) / max(1, engine.configuration.progressPerSecond)
        let due: Timestamp? = state.withLock { state in
            if let allowed = state.progressAllowedAt, now < allowed {
                state.progress = progress
                return allowed
            }
            state.progress = nil
            state.progressAllowedAt = now + interval
            return nil
        }
        if let due { alarm.set(at: due) } else { add(.updateProgress(progress)) }
    }

    /// Gives merged progress whose time has come, to the writer.
    ///
    /// - Returns: When to look again; nil when nothing is left.
    func flushProgress(at now: Timestamp) -> Timestamp? {
        let (progress, due): (Progress?, Timestamp?) = state.withLock { state in
            guard state.progress != nil else { return (nil, nil) }
            if let allowed = state.progressAllowedAt, now < allowed { return (nil, allowed) }
            state.progressAllowedAt =
                now + Duration.seconds(1) / max(1, engine.configuration.progressPerSecond)
            defer { state.progress = nil }
            return (state.progress, nil)
        }
        if let progress { add(.updateProgress(progress)) }
        return due
    }

    /// Gives everything that is held back to the writer, before something durable follows.
    func flush() {
        let commands = state.withLock { state in
            var commands = state.failed
            if let progress = state.progress { commands.append(.updateProgress(progress)) }
            state.failed = []
            state.progress = nil
            state.pending += commands.isEmpty ? 0 : 1
            return commands
        }
        if !commands.isEmpty { submit(commands) }
    }

    /// Returns at once unless very many notes are on their way.
    func waitForRoom() async {
        let limit = engine.configuration.pendingNotes
        guard state.withLock({ $0.pending >= limit }) else { return }
        await withCheckedContinuation { continuation in
            let resumes = state.withLock { state in
                if state.pending >= limit { state.waiting.append(continuation) }
                return state.pending < limit
            }
            if resumes { continuation.resume() }
        }
    }

    private func submit(_ commands: [WorkCommand]) {
        engine.log.writeLater { [job, token, actor] transaction in
            for command in commands { try transaction.execute(.work(token, command), on: job, by: actor) }
        } completion: { [self] error in
            let waiting = state.withLock { state in
                state.pending -= 1
                // A lost lease ends the run anyway: what it still wanted to say is not its to say.
                if let error = error as? StoreError, error.isRetryable { state.failed += commands }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }
}
