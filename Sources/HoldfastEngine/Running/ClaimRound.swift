import HoldfastCore
import HoldfastStore

/// What a lane wants to claim.
struct ClaimWish: Sendable {
    let lane: Lane
    let worker: WorkerID
    /// How many more jobs of each kind it may run.
    let free: [JobKind: Int]
    /// How many jobs of the queue this process runs already.
    let running: Int
}

/// Why a lane claims no more for now.
enum ClaimEnd: Hashable, Sendable {
    /// It has no place left, or may find more at once.
    case noPlace
    /// Nothing that it could run is left in its queue.
    case exhausted
    /// The queue runs as many jobs as it may over all processes, until one of them ends.
    case full
    /// What is left, if anything, is of limit keys that run as many jobs as they may, until one of them ends.
    case keysFull
    /// The rate of the queue allows no start before this moment.
    case tooEarly(until: Timestamp)
    /// The queue is paused.
    case paused
}

/// One round of claiming for all lanes of a process, in one transaction: the one place where all processes on a file
/// agree about what a queue allows.
struct ClaimRound: Sendable {
    let wishes: [ClaimWish]
    /// How many more jobs the process may run; nil for no limit.
    let places: Int?
    let turns: LaneTurns

    struct Outcome: Sendable {
        /// For each wish the jobs that were claimed, and why no more.
        var claims: [(jobs: [JobState], end: ClaimEnd)]
        var turns: LaneTurns
    }

    func run(in transaction: LogTransaction, engine: EngineID) throws -> Outcome {
        var turns = turns
        var left = places ?? .max
        // All lanes look before the first one starts jobs, so that what is started is handed over once.
        var claims = try wishes.map { try LaneClaim($0, limit: left, in: transaction) }
        while left > 0, let index = next(of: claims, turns) {
            guard try claims[index].startNext(in: transaction, engine: engine) else { continue }
            left -= 1
            turns.took(wishes[index].lane.queue, weight: claims[index].weight)
        }
        return Outcome(claims: claims.map { ($0.jobs, $0.end ?? .noPlace) }, turns: turns)
    }

    private func next(of claims: [LaneClaim], _ turns: LaneTurns) -> Int? {
        // Without a limit of the process no lane takes another one's place, so none has to be chosen.
        guard places != nil else { return claims.firstIndex { $0.end == nil } }
        return turns.next(
            among: claims.enumerated().lazy.filter { $0.element.end == nil }.map {
                (offset: $0.offset, queue: wishes[$0.offset].lane.queue)
            })
    }
}

/// What one lane claims in a round.
private struct LaneClaim {
    private let wish: ClaimWish
    private let limits: QueueLimits
    private var free: [JobKind: Int]
    /// How many more jobs the lane may start in this round.
    private var places: Int
    /// Why it may start no more once the places are used up.
    private var endWithoutPlaces = ClaimEnd.noPlace
    private var candidates: ArraySlice<JobID> = []
    /// The candidates are all that there are.
    private var isLastPage = true
    /// A candidate was left out because its kind has no place left.
    private var isSkipping = false
    /// A job with a limit key was started since the candidates were looked up.
    private var hasStartedKey = false
    private(set) var jobs: [JobState] = []
    /// Nil while it may start another one.
    private(set) var end: ClaimEnd?

    var weight: Int { limits.weight }

    init(_ wish: ClaimWish, limit: Int, in transaction: LogTransaction) throws {
        let queue = try transaction.queue(wish.lane.queue)
        self.wish = wish
        limits = queue?.limits ?? .none
        free = wish.free
        places = min(limit, wish.free.values.reduce(0, +))
        if let queue { end = try heed(queue, in: transaction) }
        if end == nil { try look(in: transaction) }
    }

    /// Starts the next job.
    ///
    /// - Returns: False when none is left that may start; `end` says why.
    mutating func startNext(in transaction: LogTransaction, engine: EngineID) throws -> Bool {
        while end == nil {
            if places == 0 {
                end = endWithoutPlaces
            } else if candidates.isEmpty {
                try lookAgain(in: transaction)
            } else if let until = try waitByRate(in: transaction) {
                end = .tooEarly(until: until)
            } else if let job = candidates.popFirst() {
                if try start(job, in: transaction, engine: engine) { return true }
            }
        }
        return false
    }

    /// Takes the limits of the queue into account.
    ///
    /// - Returns: Why nothing may start; nil when something may.
    private mutating func heed(_ queue: QueueState, in transaction: LogTransaction) throws -> ClaimEnd? {
        if queue.pause != nil { return .paused }
        if let concurrency = limits.concurrency {
            let rest = concurrency - (try transaction.runningJobs(in: queue.name))
            if rest <= 0 { return .full }
            if rest <= places { (places, endWithoutPlaces) = (rest, .full) }
        }
        if let perProcess = limits.perProcess {
            let rest = perProcess - wish.running
            if rest <= 0 { return .noPlace }
            if rest < places { (places, endWithoutPlaces) = (rest, .noPlace) }
        }
        return queue.wait(at: transaction.now).map { .tooEarly(until: $0) }
    }

    private func waitByRate(in transaction: LogTransaction) throws -> Timestamp? {
        // The first one was looked at with the other limits.
        guard limits.rate != nil, !jobs.isEmpty else { return nil }
        return try transaction.queue(wish.lane.queue)?.wait(at: transaction.now)
    }

    private mutating func look(in transaction: LogTransaction) throws {
        let found = try transaction.queued(
            wish.lane.queue, kinds: Set(free.keys), perKey: limits.perKey, limit: places)
        isLastPage = found.count < places
        hasStartedKey = false
        candidates = found[...]
    }

    /// Looks for more jobs where the first look cannot have shown all that may start; else says why there are none.
    private mutating func lookAgain(in transaction: LogTransaction) throws {
        if isSkipping || free.count < wish.lane.concurrency.count {
            end = .noPlace
        } else if limits.perKey == nil {
            end = isLastPage ? .exhausted : .noPlace
        } else if isLastPage, limits.perKey == 1 || !hasStartedKey {
            end = .keysFull
        } else {
            // Of each key only the first job was among the candidates.
            try look(in: transaction)
            if candidates.isEmpty { end = .keysFull }
        }
    }

    private mutating func start(
        _ job: JobID, in transaction: LogTransaction, engine: EngineID
    ) throws -> Bool {
        guard let origin = try transaction.job(job)?.origin, let left = free[origin.kind], left > 0 else {
            isSkipping = true
            return false
        }
        if let perKey = limits.perKey, let key = origin.limitKey {
            let running = try transaction.runningJobs(of: QueueKey(queue: origin.queue, key: key))
            guard running < perKey else { return false }
            hasStartedKey = true
        }
        try transaction.execute(
            .start(worker: wish.worker, engine: engine), on: job, by: .worker(wish.worker))
        free[origin.kind] = left - 1
        places -= 1
        if let state = try transaction.job(job) { jobs.append(state) }
        return true
    }
}
