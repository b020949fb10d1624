import HoldfastCore
import Synchronization

/// How a demo ended, told by its viewer to its command.
final class DemoEnding: Sendable {
    private struct State {
        var id: JobID?
        var job: JobState?
    }

    private let state = Mutex(State())

    /// Notes which job it is about.
    func note(_ id: JobID) { state.withLock { $0.id = id } }

    /// Notes the state in which nothing more happens.
    func note(_ job: JobState) { state.withLock { $0.job = job } }

    /// Which job it was about; nil when it did not come to that.
    var id: JobID? { state.withLock(\.id) }

    /// What the command ends with; nil when the job completed.
    func failure(database: String) -> CommandFailure? {
        let (id, job) = state.withLock { ($0.id, $0.job) }
        guard let id else { return CommandFailure(.interrupted, "stopped before the job was begun") }
        guard let job else {
            return CommandFailure(
                .interrupted, "stopped; what is recorded is kept, and the same command goes on with job \(id)"
            )
        }
        let look = "`holdfast history \(id) --db \(database)` shows how"
        switch job.phase {
        case .completed: return nil
        case .failed(_, let failure, _):
            return CommandFailure(.jobRefused, "the job failed (\(failure.words)); \(look)")
        case .cancelled(_, let actor, let reason):
            return CommandFailure(
                .jobRefused, "the job was cancelled by \(actor.words)\(reason.asReason); \(look)")
        case .paused(let paused):
            return CommandFailure(
                .jobRefused,
                "the job was paused by \(paused.actor.words)\(paused.reason.asReason); the same command resumes it"
            )
        case .scheduled, .queued, .running, .waiting:
            return CommandFailure(.interrupted, "stopped; the same command goes on with job \(id)")
        }
    }
}

/// Keeps what the parts of the program log until a region on the screen has room for it.
final class LoggedLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Adds a line.
    func add(_ line: String) { lines.withLock { $0.append(line) } }

    /// Hands out the lines that were not shown yet.
    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }
}
