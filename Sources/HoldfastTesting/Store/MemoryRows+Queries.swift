import HoldfastCore
import HoldfastStore

// What is asked of the tables. Every order and bound is that of the seam's doc comments.
extension MemoryRows {
    func page(_ query: EventQuery) -> EventPage {
        let end = min(query.through ?? head.position, head.position)
        let kinds = query.kinds.map { Set($0.map(\.rawValue)) }
        func select(_ places: some BidirectionalCollection<Int>) -> [StoredEvent] {
            let matching = places.lazy.map { events[$0].event }.filter {
                (kinds?.contains($0.kind) ?? true) && !(query.isOfEngine && $0.job != nil)
            }
            return query.fromEnd
                ? matching.reversed().prefix(query.limit).reversed() : Array(matching.prefix(query.limit))
        }
        let range = places(after: query.after, through: end)
        let found: [StoredEvent]
        if let job = query.job {
            let stream = streams[job] ?? SortedList()
            let first = stream.firstIndex(notBelow: range.lowerBound)
            let last = stream.firstIndex(notBelow: range.upperBound)
            found = select(stream.elements[first..<last])
        } else {
            found = select(range)
        }
        let isFull = found.count >= query.limit && !query.fromEnd
        return EventPage(events: found, through: isFull ? found.last?.position ?? end : end)
    }

    func sealedEvents(after position: EventLogPosition, limit: Int) -> [SealedEvent] {
        Array(events[places(after: position, through: head.position)].prefix(limit))
    }

    func page(_ query: JobQuery) -> [JobState] {
        let end = query.before.map(jobIDs.firstIndex(notBelow:)) ?? jobIDs.elements.count
        return Array(
            jobIDs.elements[..<end].reversed().lazy.compactMap { jobs[$0] }.filter(query.matches)
                .prefix(query.limit))
    }

    func stepPage(of job: JobID, after key: StepKey?, limit: Int) -> [StepRecord] {
        let records = (steps[job] ?? [:]).values.sorted { $0.key < $1.key }
        guard let key else { return Array(records.prefix(limit)) }
        return Array(records.drop { $0.key <= key }.prefix(limit))
    }

    func artifactPage(of job: JobID, after name: ArtifactName?, limit: Int) -> [ArtifactRecord] {
        let records = (artifacts[job] ?? [:]).values.sorted { $0.name < $1.name }
        guard let name else { return Array(records.prefix(limit)) }
        return Array(records.drop { $0.name <= name }.prefix(limit))
    }

    func snapshot(of job: JobID, logLimit: Int) -> JobSnapshot? {
        guard let state = jobs[job] else { return nil }
        let records = (steps[job] ?? [:]).values.sorted(by: StepRecord.beganBefore)
        let logs = page(EventQuery(job: job, kinds: [.logWritten], limit: logLimit, fromEnd: true)).events
        let opened = Set(waits(of: job, JobSnapshot.openCheckpoints).map(\.opened))
        let checkpoints = page(EventQuery(job: job, kinds: [.checkpointOpened], limit: .max)).events
        return JobSnapshot(
            position: head.position, state: state, steps: Array(records.suffix(1000)), logs: logs,
            checkpoints: checkpoints.filter { opened.contains($0.position) })
    }

    func newestJob(_ key: WorkKey, unfinishedOnly: Bool) -> JobID? {
        keyedJobs[key]?.elements.last { !unfinishedOnly || jobs[$0]?.phase.name.isEnded == false }
    }

    func bulkOperations(unfinishedOnly: Bool, limit: Int) -> [BulkOperation] {
        Array(
            bulkIDs.reversed().lazy.compactMap { bulkOperations[$0] }
                .filter { !unfinishedOnly || $0.finishedAt == nil }.prefix(limit))
    }

    func queued(_ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int) -> [JobID] {
        let entries = ready[queue]?.elements ?? []
        var heads: Set<JobHead> = []
        var found: [JobID] = []
        for entry in entries where found.count < limit {
            guard let origin = jobs[entry.job]?.origin, kinds.contains(origin.kind) else { continue }
            if let perKey, let key = origin.limitKey {
                guard running(in: queue, key: key) < perKey,
                    heads.insert(JobHead(kind: origin.kind, key: key)).inserted
                else { continue }
            }
            found.append(entry.job)
        }
        return found
    }

    func queuedAhead(of job: JobState, limit: Int) -> Int {
        let entries = ready[job.origin.queue]?.elements ?? []
        let ahead = entries.lazy.filter {
            $0.precedes(job) && jobs[$0.job]?.origin.kind == job.origin.kind
        }
        return ahead.prefix(limit).count
    }

    func running(in queue: QueueName, key: LimitKey?) -> Int {
        guard let key else { return counters[QueueCountKey(queue: queue, phase: .running)] ?? 0 }
        return runningKeys[QueueKey(queue: queue, key: key)] ?? 0
    }

    func due(_ moment: Timestamp, limit: Int) -> [JobID] {
        scheduled.elements.prefix { $0.due <= moment }.prefix(limit).map(\.job)
    }

    func waits(of job: JobID, _ query: WaitQuery) -> [WaitRecord] {
        let found = (waits[job] ?? [:]).values.filter(query.matches)
        let sorted = found.sorted { left, right in
            let places = [left, right].map { ($0.key.kind.rawValue, $0.key.name) }
            return places[0] == places[1] ? left.key.occurrence > right.key.occurrence : places[0] < places[1]
        }
        return Array(sorted.prefix(query.limit))
    }

    func dueWaits(_ moment: Timestamp, limit: Int) -> [JobWait] {
        dueWaits.elements.prefix { $0.due <= moment }.prefix(limit).compactMap { entry in
            waits[entry.job]?[entry.key].map { JobWait(job: entry.job, record: $0) }
        }
    }

    func openCheckpoints(of owner: Owner?, after position: EventLogPosition, limit: Int) -> [JobWait] {
        let open = inbox.elements.drop { $0.opened <= position }
        let asked = open.lazy.filter { entry in owner == nil || jobs[entry.job]?.origin.owner == owner }
        return asked.prefix(limit).compactMap { entry in
            waits[entry.job]?[entry.key].map { JobWait(job: entry.job, record: $0) }
        }
    }

    var earliestDue: Timestamp? {
        [scheduled.elements.first?.due, dueWaits.elements.first?.due].compactMap(\.self).min()
    }

    func leases(expiredAt moment: Timestamp, or engine: EngineID?) -> [Lease] {
        sortedLeases().filter { $0.expiresAt <= moment || $0.engine == engine }
    }

    func sortedLeases() -> [Lease] { leases.values.sorted { $0.job < $1.job } }

    func schedulePage(after name: ScheduleName?, limit: Int) -> [ScheduleState] {
        let all = schedules.values.sorted { $0.name < $1.name }
        return Array(all.drop { state in name.map { state.name <= $0 } ?? false }.prefix(limit))
    }

    func dueSchedules(_ moment: Timestamp, limit: Int) -> [ScheduleName] {
        let due = schedules.values.compactMap { state in state.wakesAt.map { (at: $0, name: state.name) } }
        return due.filter { $0.at <= moment }.sorted { ($0.at, $0.name) < ($1.at, $1.name) }.prefix(limit)
            .map(\.name)
    }

    func scheduleAgenda() -> ScheduleAgenda {
        ScheduleAgenda(
            nextDue: schedules.values.compactMap(\.wakesAt).min(),
            waiting: schedules.compactMapValues(\.waitsFor))
    }

    /// The indexes of the events after one position up to another, inclusive.
    private func places(after position: EventLogPosition, through end: EventLogPosition) -> Range<Int> {
        let last = Int(clamping: end.value)
        let first = min(max(0, Int(clamping: position.value)), last)
        return first..<last
    }
}

/// Of which jobs of a queue only the first is looked at.
private struct JobHead: Hashable {
    let kind: JobKind
    let key: LimitKey
}
