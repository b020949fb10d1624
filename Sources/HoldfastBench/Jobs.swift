import HoldfastCore
import HoldfastEngine
import Synchronization

/// A job that does nothing.
struct TrivialJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.trivial"
    var number = 0
}

/// Runs the job that does nothing, and says so.
struct TrivialHandler: JobHandler {
    let started: @Sendable (TrivialJob) -> Void

    func run(_ job: TrivialJob, _ context: JobContext) async throws -> NoOutput {
        started(job)
        return NoOutput()
    }
}

/// A job of many small steps.
struct SteppedJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.steps"
    var steps: Int
}

/// Runs steps that return a number.
struct SteppedHandler: JobHandler {
    let stepped: @Sendable () -> Void

    func run(_ job: SteppedJob, _ context: JobContext) async throws -> NoOutput {
        for number in 0..<job.steps {
            _ = try await context.step("work") { number }
            stepped()
        }
        return NoOutput()
    }
}

/// Counts, and lets one task wait for a number.
final class Countdown: Sendable {
    private struct State {
        var rest: Int
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(rest: count)) }

    var rest: Int { state.withLock(\.rest) }

    func down() {
        let waiting = state.withLock { state in
            state.rest -= 1
            guard state.rest <= 0 else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns when the count came down to zero.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.rest > 0 { state.waiting = continuation }
                return state.rest <= 0
            }
            if isDone { continuation.resume() }
        }
    }
}
