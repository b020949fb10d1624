import HoldfastCore
import HoldfastStore

extension Connection {
    /// The oldest unfinished jobs: of each state one, and of those that are queued one for each queue and kind.
    ///
    /// Each is one step down an index, however many jobs there are.
    func findOldestJobs(limit: Int) throws(StoreError) -> [JobID] {
        var found: Set<JobID> = []
        let byState = try statement(
            #"""
            SELECT id
              FROM jobs INDEXED BY jobs_by_state
             WHERE state = ?1 AND state IN ('scheduled', 'waiting', 'paused', 'failed', 'cancelled')
             ORDER BY id
             LIMIT 1
            """#, for: "find the oldest jobs")
        for phase in [JobPhaseName.scheduled, .waiting, .paused] {
            defer { byState.reset() }
            byState.bind(phase.rawValue, at: 1)
            if try byState.step() { found.insert(try byState.job(0)) }
        }
        let running = try statement(
            #"SELECT job FROM leases ORDER BY job LIMIT 1"#, for: "find the oldest jobs")
        defer { running.reset() }
        if try running.step() { found.insert(try running.job(0)) }
        var queued: [QueuedLane: JobID] = [:]
        for index in [QueuedIndex.withoutKey, .withKey] {
            for lane in try lanes(of: index) {
                guard let job = try oldestJob(of: lane, index) else { continue }
                queued[lane] = queued[lane].map { min($0, job) } ?? job
            }
        }
        found.formUnion(queued.values)
        return Array(found.sorted().prefix(limit))
    }

    /// The queues and kinds of which jobs are queued, in the order of their names.
    private func lanes(of index: QueuedIndex) throws(StoreError) -> [QueuedLane] {
        let next = try statement(index.nextLane, for: "find the oldest queued jobs")
        var lanes: [QueuedLane] = []
        while lanes.count < QueuedIndex.laneLimit {
            defer { next.reset() }
            next.bind(lanes.last?.queue ?? "", at: 1)
            next.bind(lanes.last?.kind ?? "", at: 2)
            guard try next.step() else { break }
            lanes.append(QueuedLane(queue: next.text(0), kind: next.text(1)))
        }
        return lanes
    }

    /// The oldest of the jobs of a queue and kind, whose index has them by priority first.
    private func oldestJob(of lane: QueuedLane, _ index: QueuedIndex) throws(StoreError) -> JobID? {
        let next = try statement(index.nextPriority, for: "find the oldest queued jobs")
        var priority = Int64.max
        var oldest: JobID?
        while true {
            defer { next.reset() }
            next.bind(lane.queue, at: 1)
            next.bind(lane.kind, at: 2)
            next.bind(priority, at: 3)
            guard try next.step() else { return oldest }
            priority = next.integer(0)
            let job = try next.job(1)
            oldest = oldest.map { min($0, job) } ?? job
        }
    }
}

/// A queue and a kind of which jobs are queued.
private struct QueuedLane: Hashable {
    let queue: String
    let kind: String
}

/// The indexes of queued jobs.
private enum QueuedIndex {
    case withoutKey
    case withKey

    /// How many queues and kinds are looked at; more than anybody has.
    static let laneLimit = 2_000

    /// Finds the queue and kind behind those that are bound.
    var nextLane: StaticString {
        switch self {
        case .withoutKey:
            #"""
            SELECT queue, kind
              FROM jobs INDEXED BY jobs_queued
             WHERE state = 'queued' AND limit_key IS NULL AND (queue, kind) > (?1, ?2)
             ORDER BY queue, kind
             LIMIT 1
            """#
        case .withKey:
            #"""
            SELECT queue, kind
              FROM jobs INDEXED BY jobs_queued_with_key
             WHERE state = 'queued' AND limit_key IS NOT NULL AND (queue, kind) > (?1, ?2)
             ORDER BY queue, kind
             LIMIT 1
            """#
        }
    }

    /// Finds the oldest job of the priority below the one that is bound.
    var nextPriority: StaticString {
        switch self {
        case .withoutKey:
            #"""
            SELECT priority, id
              FROM jobs INDEXED BY jobs_queued
             WHERE state = 'queued' AND limit_key IS NULL AND queue = ?1 AND kind = ?2 AND priority < ?3
             ORDER BY priority DESC, id
             LIMIT 1
            """#
        case .withKey:
            #"""
            SELECT priority, id
              FROM jobs INDEXED BY jobs_queued_with_key
             WHERE state = 'queued' AND limit_key IS NOT NULL AND queue = ?1 AND kind = ?2 AND priority < ?3
             ORDER BY priority DESC, id
             LIMIT 1
            """#
        }
    }
}
