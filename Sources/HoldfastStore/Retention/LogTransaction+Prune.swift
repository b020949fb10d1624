public import HoldfastCore

/// What pruning did in one transaction.
public struct PruneOutcome: Hashable, Sendable {
    /// The jobs that are gone, those of which events are left included.
    public var jobs: [PrunedJob] = []
    /// How many events were deleted.
    public var events = 0
    /// Jobs that have to stay, and why.
    public var spared: [JobID: PruneRefusal] = [:]

    /// Puts nothing together.
    public init() {}
}

/// Why a job is not pruned.
public enum PruneRefusal: String, Error, Hashable, Sendable {
    /// There is none of this id.
    case unknown
    /// It has not ended.
    case unfinished
    /// The job that began it goes on, and may ask for its result.
    case awaited
    /// It went on, or was redacted, since it was archived.
    case changed

    /// Why, in words for people.
    public var words: String {
        switch self {
        case .unknown: "there is no such job"
        case .unfinished: "it has not ended"
        case .awaited: "the job that began it has not ended and may ask for its result"
        case .changed: "it went on or was redacted after it was archived"
        }
    }

    /// Finds out whether a job that is there has to stay.
    ///
    /// - Parameters:
    ///   - state: The job.
    ///   - job: Finds another one.
    /// - Throws: What `job` throws.
    package init?<Failure: Error>(
        of state: JobState, job: (JobID) throws(Failure) -> JobState?
    ) throws(Failure) {
        guard state.phase.name.isEnded else {
            self = .unfinished
            return
        }
        guard let parent = state.origin.parent?.job, let phase = try job(parent)?.phase, !phase.name.isEnded
        else { return nil }
        self = .awaited
    }
}

extension LogTransaction {
    /// Deletes events of jobs that have ended, the oldest of each first, and records that.
    ///
    /// Whoever asks for a job of which events were deleted is told that it was pruned, also while some of its events are left;
    /// they are deleted by pruning it again.
    ///
    /// - Parameters:
    ///   - jobs: The jobs.
    ///   - limit: How many events to delete at most, from 1, so that no other writer waits long.
    ///   - archived: The segment in which they are kept; those that it does not hold as they are now stay. Nil when they go
    ///     for good.
    ///   - reason: Why, for the record.
    ///   - actor: Who asks.
    /// - Returns: What was done. Jobs that the limit did not let it reach are in neither list.
    /// - Throws: `StoreError`, with the code `constraint` for a store that keeps everything.
    public func prune(
        _ jobs: [JobID], limit: Int, archived: ArchivedJobs? = nil, reason: String?, by actor: EventActor
    ) throws -> PruneOutcome {
        guard let writer = writer as? any RetainingWriter else {
            throw StoreError(.constraint, operation: "prune", reason: "this store keeps everything")
        }
        try flush()
        var outcome = PruneOutcome()
        var parts: [Erasure.Part] = []
        for id in jobs where outcome.events < limit {
            let state = try job(id)
            let before = state == nil ? try writer.prunedJob(id) : nil
            if let refusal = try refusal(state, before, archived) {
                outcome.spared[id] = refusal
                continue
            }
            let room = limit - outcome.events
            // One more than there is room for tells whether that is all.
            let found = try writer.sealedEvents(of: id, limit: room + 1)
            let events = Array(found.prefix(room))
            guard var pruned = before ?? PrunedJob(state, first: events.first) else { continue }
            pruned.isPartly = found.count > room
            outcome.jobs.append(pruned)
            outcome.events += events.count
            parts.append(Erasure.Part(job: id, events: events, content: try content(of: events)))
            if let state { forget(state) }
        }
        guard !outcome.jobs.isEmpty else { return outcome }
        let ranges = PrunedRange.ranges(of: parts.lazy.flatMap(\.events))
        var sum = RangeSum()
        for range in ranges { sum.add(range) }
        let recorded = record(
            .pruned(
                EnginePruned(
                    jobs: outcome.jobs, events: outcome.events, ranges: sum.seal, archive: archived?.event,
                    reason: reason)),
            by: actor)
        // From here on the command can only be taken back with the whole transaction.
        savepoint.isFlushed = true
        try writer.erase(Erasure(parts: parts, ranges: ranges, event: recorded.position))
        return outcome
    }

    /// Gives some of the pages that are free back to the file system.
    ///
    /// - Returns: How many are free still; 0 for a store that knows no pages.
    public func releasePages(limit: Int) throws(StoreError) -> Int {
        guard let writer = writer as? any RetainingWriter else { return 0 }
        savepoint.isFlushed = true
        return try writer.releasePages(limit: limit)
    }

    private func refusal(
        _ state: JobState?, _ before: PrunedJob?, _ archived: ArchivedJobs?
    ) throws(StoreError) -> PruneRefusal? {
        guard let state else { return before?.isPartly == true ? nil : .unknown }
        if let refusal = try PruneRefusal(of: state, job: job) { return refusal }
        guard let archived else { return nil }
        return archived.versions[state.id] == state.version && !state.isRedacted ? nil : .changed
    }

    private func content(of events: [SealedEvent]) throws(StoreError) -> Set<String> {
        var content: Set<String> = []
        for sealed in events {
            do {
                content.formUnion(try sealed.event.decoded().event.content)
            } catch {
                throw StoreError(.corrupt, operation: "prune", reason: "\(error)")
            }
        }
        return content
    }

    /// The rows of the job are deleted by the store; what is added up over all jobs is not.
    func forget(_ state: JobState) {
        cache[state.id] = nil
        let key = QueueCountKey(state)
        pending.counters[key, default: 0] -= 1
        savepoint.counters.append((key, -1))
    }
}

extension PrunedJob {
    fileprivate init?(_ state: JobState?, first: SealedEvent?) {
        guard let state, let first else { return nil }
        self.init(
            id: state.id, kind: state.origin.kind, state: state.phase.name, first: first.event.position,
            isPartly: false)
    }
}
