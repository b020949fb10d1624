import HoldfastCore
import Synchronization

/// A job that this process runs now.
struct RunningJob: Sendable {
    let context: JobContext
    let queue: QueueName
    let kind: JobKind
    var task: Task<Void, Never>?
}

/// The jobs that this process runs, and how many more it may take.
final class RunningJobs: Sendable {
    private struct State {
        var jobs: [LeaseToken: RunningJob] = [:]
        var used: [QueueName: [JobKind: Int]] = [:]
        /// Those that wait and have given their place back.
        var idle: Set<LeaseToken> = []
        var tokens: [JobID: LeaseToken] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ended: AsyncStream<Void>
    private let endedContinuation: AsyncStream<Void>.Continuation

    init() {
        (ended, endedContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var all: [RunningJob] { state.withLock { Array($0.jobs.values) } }

    var isEmpty: Bool { state.withLock(\.jobs.isEmpty) }

    /// How many jobs this process runs.
    var count: Int { state.withLock { $0.used.values.reduce(0) { $0 + $1.values.reduce(0, +) } } }

    /// How many jobs of a queue this process runs.
    func count(in queue: QueueName) -> Int {
        state.withLock { $0.used[queue]?.values.reduce(0, +) ?? 0 }
    }

    /// How many more jobs of each kind a lane may run; kinds without a free place are left out.
    func free(in lane: Lane) -> [JobKind: Int] {
        state.withLock { state in
            let used = state.used[lane.queue] ?? [:]
            var free: [JobKind: Int] = [:]
            for (kind, limit) in lane.concurrency {
                let rest = limit - (used[kind] ?? 0)
                if rest > 0 { free[kind] = rest }
            }
            return free
        }
    }

    /// The run of a job that is going on here; nil when there is none.
    func run(of job: JobID) -> RunningJob? {
        state.withLock { state in state.tokens[job].flatMap { state.jobs[$0] } }
    }

    /// Gives the place of a job back while it waits, or takes it again, also where that is one too many.
    ///
    /// - Returns: Whether a place became free.
    func setIdle(_ token: LeaseToken, _ isIdle: Bool) -> Bool {
        state.withLock { state in
            guard let job = state.jobs[token], state.idle.contains(token) != isIdle else { return false }
            if isIdle { state.idle.insert(token) } else { state.idle.remove(token) }
            state.used[job.queue]?[job.kind]? += isIdle ? -1 : 1
            return isIdle
        }
    }

    /// Takes the place of a job.
    ///
    /// - Returns: False after `close`.
    func insert(_ job: RunningJob) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.jobs[job.context.token] = job
            state.tokens[job.context.job] = job.context.token
            state.used[job.queue, default: [:]][job.kind, default: 0] += 1
            return true
        }
    }

    /// Takes no more jobs.
    ///
    /// - Returns: Those that run now.
    func close() -> [RunningJob] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.jobs.values)
        }
    }

    /// Notes the task of a job, unless it ended before.
    func attach(_ task: Task<Void, Never>, to token: LeaseToken) {
        state.withLock { $0.jobs[token]?.task = task }
    }

    /// Frees the place of a job.
    ///
    /// Safe to repeat.
    func remove(_ token: LeaseToken) {
        let isLast = state.withLock { state in
            guard let job = state.jobs.removeValue(forKey: token) else { return false }
            if state.idle.remove(token) == nil { state.used[job.queue]?[job.kind]? -= 1 }
            if state.tokens[job.context.job] == token { state.tokens[job.context.job] = nil }
            return state.jobs.isEmpty
        }
        if isLast { endedContinuation.yield() }
    }

    /// Returns when no job runs any more, or the task was cancelled.
    func waitUntilEmpty() async {
        guard !isEmpty else { return }
        for await _ in ended where isEmpty { return }
    }
}
