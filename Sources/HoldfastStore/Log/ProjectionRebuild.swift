package import HoldfastCore

/// Folds the log once more into the rows that follow from it (P4), page by page and within a bound of memory.
///
/// It makes the rows that `LogTransaction` made when the events were appended, so that projections that were dropped come
/// back equal. Leases are no projection: the sets hold none, and no events.
package struct ProjectionRebuild {
    /// What its errors name as the operation.
    package static let operation = "rebuild the projections"

    private var cache: StateCache
    /// Those that run, all of them: no more than workers have places for, and most events are about them.
    private var running: [JobID: JobState] = [:]
    /// The queues as the events that were folded left them.
    private var queues: [QueueName: QueueState] = [:]
    /// Jobs of which only some events are left, which are nobody's any more.
    private let partlyPruned: Set<JobID>
    /// Jobs that were redacted and pruned later.
    private let redactedAndPruned: Set<JobID>

    /// Begins before the first event, with empty projections.
    ///
    /// - Parameters:
    ///   - cachedJobs: How many states of jobs that do not run are remembered from one page to the next; the others are read
    ///     back.
    ///   - prunings: The events that tell of jobs that were pruned.
    ///   - redactions: The events that tell of jobs that were redacted.
    /// - Throws: `StoreError` with the code `corrupt` when one cannot be read.
    package init(
        cachedJobs: Int = 8192, prunings: [StoredEvent], redactions: [StoredEvent]
    ) throws(StoreError) {
        cache = StateCache(capacity: cachedJobs)
        var redacted: Set<JobID> = []
        for event in redactions {
            guard case .engine(.redacted(let redaction)) = try? event.decoded().event else {
                throw Self.unreadable(event)
            }
            redacted.insert(redaction.state.id)
        }
        var partly: Set<JobID> = []
        var gone: Set<JobID> = []
        for event in prunings {
            guard case .engine(.pruned(let pruned)) = try? event.decoded().event else {
                throw Self.unreadable(event)
            }
            for job in pruned.jobs {
                if job.isPartly { partly.insert(job.id) } else { partly.remove(job.id) }
                if redacted.contains(job.id) { gone.insert(job.id) }
            }
        }
        partlyPruned = partly
        redactedAndPruned = gone
    }

    private static func unreadable(_ event: StoredEvent) -> StoreError {
        StoreError(
            .corrupt, operation: operation,
            reason: "the event at \(event.position) cannot be read")
    }

    /// Folds the next events of the log.
    ///
    /// - Parameters:
    ///   - events: The events behind those that were folded before, in order.
    ///   - writer: Holds the rows of all sets that were returned before.
    /// - Returns: The rows to write before the next call.
    /// - Throws: `StoreError` with the code `corrupt` when an event cannot be read or cannot follow, and what the writer
    ///   throws.
    package mutating func fold(
        _ events: [RecordedEvent], over writer: any StorageWriter
    ) throws(StoreError) -> WriteSet {
        var writes = WriteSet()
        var ran: Set<JobID> = []
        // By their places: a loop over the events themselves copies each, with all that it holds.
        for place in events.indices {
            if case .job = events[place].event {
                try fold(events[place], into: &writes, &ran, over: writer)
            } else {
                try project(events[place], into: &writes, over: writer)
            }
        }
        for id in ran { if let state = running[id] { writes.jobs[id] = state } }
        return writes
    }

    /// The meaning of an event of a log.
    ///
    /// - Throws: `StoreError` with the code `corrupt` when it cannot be read.
    package static func decode(_ event: StoredEvent) throws(StoreError) -> RecordedEvent {
        do {
            return try event.decoded()
        } catch {
            throw damaged("\(error)", at: event.position)
        }
    }

    private mutating func project(
        _ recorded: RecordedEvent, into writes: inout WriteSet, over writer: any StorageWriter
    ) throws(StoreError) {
        switch recorded.event {
        case .engine(.schedule(let event)): try writes.project(event, of: recorded, over: writer)
        case .engine(.redacted(let event)) where redactedAndPruned.contains(event.state.id): break
        case .engine(let event):
            writes.project(event, recorded)
            if let queue = event.queue { writes.project(recorded, on: queue, in: &queues) }
        case .job: break
        }
    }

    private mutating func fold(
        _ recorded: RecordedEvent, into writes: inout WriteSet, _ ran: inout Set<JobID>,
        over writer: any StorageWriter
    ) throws(StoreError) {
        guard case .job(let event) = recorded.event else { return }
        // Nothing but the event that tells of the redaction is known of these.
        if case .redacted = event { return }
        guard let id = recorded.job else { throw Self.damaged("it belongs to no job", at: recorded.position) }
        if partlyPruned.contains(id) { return }
        let wasRunning = running[id]
        var old = wasRunning ?? cache[id] ?? writes.jobs[id]
        if old == nil, recorded.version != 1 { old = try writer.job(id) }
        let new: JobState
        do {
            new = try JobState.applying(recorded, to: old)
        } catch {
            throw Self.damaged(error.reason, at: recorded.position)
        }
        if let step = event.step {
            var record = writes.steps[id]?[step]
            if record == nil { record = try writer.step(step, of: id) }
            writes.steps[id, default: [:]][step] = StepRecord.applying(recorded, to: record)
        }
        writes.project(event, recorded, of: id)
        if let wait = event.wait {
            var record = writes.waits[id]?[wait]
            if record == nil {
                record = try writer.wait(wait, of: id)
                if writes.closedWaits.contains(id) { record = record?.afterJobEnded }
            }
            writes.waits[id, default: [:]][wait] = WaitRecord.applying(recorded, to: record)
        }
        if event.kind.isTerminal, new.waits.recorded > 0 { writes.closeWaits(of: id) }
        if old == nil { writes.newJobs.insert(id) }
        if case .running = new.phase {
            running[id] = new
            ran.insert(id)
            if wasRunning == nil { cache[id] = nil }
        } else {
            if wasRunning != nil { running[id] = nil }
            cache[id] = new
            writes.jobs[id] = new
        }
        for change in QueueCounts.changes(from: old, to: new) {
            writes.counters[change.key, default: 0] += change.by
        }
        if let change = QueueKey.runningChange(from: old, to: new) {
            writes.runningKeys[change.key, default: 0] += change.by
        }
        if case .started = event { writes.project(recorded, on: new.origin.queue, in: &queues) }
        if let left = WriteSet.PastState(from: old, to: new, at: recorded.position) {
            writes.pastStates.append(left)
        }
        if new.version % LogConfiguration.snapshotDistance == 0 {
            writes.snapshots.append(.init(state: new, position: recorded.position))
        }
    }

    private static func damaged(_ reason: String, at position: EventLogPosition) -> StoreError {
        StoreError(
            .corrupt, operation: Self.operation, reason: "the event at \(position): \(reason)")
    }
}
