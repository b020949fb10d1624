import HoldfastCore

/// The steps that a job had at a position.
///
/// The row of a step that did not change since is what it was then, however long ago that is. One that did is folded from the job's last
/// events before the position, and from those before them.
struct PastSteps {
    /// The kinds of the events that a step is the fold of.
    static let kinds: Set<EventKind> = [.stepStarted, .stepCompleted, .stepFailed, .stepUnused]
    /// How many steps a snapshot has at most.
    private static let limit = 1_000
    /// Up to how many steps of a job all are looked at, and not only those that the last events are about.
    private static let rowLimit = 2_000
    /// How many positions before the last events are looked through for steps that began earlier.
    private static let searchedPositions: Int64 = 16_384

    private let past: PastReader
    private let state: JobState
    /// What the job's last events before the position tell of each step.
    private let last: [StepKey: [RecordedEvent]]
    /// The first of those events; nil when they are all.
    private let start: EventLogPosition?
    private var earlier: [StepKey: [RecordedEvent]]?
    /// Whether a step may have failed or begun again before what was looked at.
    private(set) var hasDoubts = false

    /// Prepares the look at a job.
    ///
    /// - Parameters:
    ///   - past: Reads the log as it was.
    ///   - state: The job as it was.
    ///   - last: Its last events about steps, by step and in order.
    ///   - start: The first of the events that were looked at for them; nil when they were all.
    init(
        _ past: PastReader, _ state: JobState, last: [StepKey: [RecordedEvent]],
        since start: EventLogPosition?
    ) {
        (self.past, self.state, self.last, self.start) = (past, state, last, start)
    }

    /// The newest steps, in the order in which they began.
    mutating func newest() throws(StoreError) -> [StepRecord] {
        var found: [StepRecord] = []
        if start == nil {
            found = last.values.compactMap { Self.fold($0, into: nil) }
        } else {
            for row in try rows() { if let record = try record(of: row) { found.append(record) } }
        }
        return Array(found.sorted(by: StepRecord.beganBefore).suffix(Self.limit))
    }

    /// The present records of the steps that come into question.
    private func rows() throws(StoreError) -> [StepRecord] {
        let all = try past.reader.steps(of: state.id, after: nil, limit: Self.rowLimit + 1)
        guard all.count > Self.rowLimit else { return all }
        var rows: [StepRecord] = []
        for key in last.keys { if let row = try past.reader.step(key, of: state.id) { rows.append(row) } }
        return rows
    }

    /// What a step was that has this record now; nil when it began later.
    private mutating func record(of row: StepRecord) throws(StoreError) -> StepRecord? {
        switch row.status {
        case .completed(let result, _), .failed(let result, _):
            if result <= past.position { return row }
        case .started, .unused: break
        }
        if try past.reader.position(at: row.changedAt) <= past.position { return row }
        if case .unused(let result, let duration) = row.status, result <= past.position {
            return try completed(row, at: result, duration)
        }
        let events = last[row.key] ?? []
        if events.first?.at == row.startedAt { return Self.fold(events, into: nil) }
        return try longRunning(row, events)
    }

    /// A step whose result was not reported as unused yet.
    private func completed(
        _ row: StepRecord, at result: EventLogPosition, _ duration: Int64
    ) throws(StoreError) -> StepRecord {
        let event = try events(through: result, from: result, [.stepCompleted]).first
        return StepRecord(
            key: row.key, failures: row.failures, attempt: event?.attempt ?? row.attempt,
            startedAt: row.startedAt, changedAt: event?.at ?? row.changedAt,
            status: .completed(at: result, duration: duration))
    }

    /// A step that began before the last events, or after the position.
    private mutating func longRunning(
        _ row: StepRecord, _ events: [RecordedEvent]
    ) throws(StoreError) -> StepRecord? {
        let began = try past.reader.position(at: row.startedAt)
        if events.isEmpty, began > past.position { return nil }
        let known = try earlierEvents()[row.key, default: []] + events
        if let first = known.first {
            if first.at == row.startedAt { return Self.fold(known, into: nil) }
            hasDoubts = true
            let unknown = StepRecord(
                key: row.key, failures: 0, attempt: first.attempt ?? row.attempt, startedAt: row.startedAt,
                changedAt: first.at, status: .started)
            return Self.fold(known, into: unknown)
        }
        // One transaction has one time, so that other events may stand beside the one that is looked for.
        let beside = EventLogPosition(max(1, began.value - Self.searchedPositions))
        let first = try self.events(through: began, from: beside, Self.kinds)
            .first { $0.step == row.key && $0.at == row.startedAt }
        guard let first else { return nil }
        // Within one run of the handler only an error could have followed.
        let isOfThisRun = state.leaseToken.map { $0.position < first.position } ?? false
        if !isOfThisRun || state.stepFailures > 0 { hasDoubts = true }
        return Self.fold([first], into: nil)
    }

    /// What the events right before the last ones tell of each step.
    private mutating func earlierEvents() throws(StoreError) -> [StepKey: [RecordedEvent]] {
        if let earlier { return earlier }
        guard let start else { return [:] }
        let end = EventLogPosition(start.value - 1)
        let first = EventLogPosition(max(1, start.value - Self.searchedPositions))
        var found: [StepKey: [RecordedEvent]] = [:]
        for event in try events(through: end, from: first, Self.kinds) {
            if let key = event.step { found[key, default: []].append(event) }
        }
        earlier = found
        return found
    }

    private func events(
        through end: EventLogPosition, from first: EventLogPosition, _ kinds: Set<EventKind>
    ) throws(StoreError) -> [RecordedEvent] {
        let query = EventQuery(
            job: state.id, after: EventLogPosition(first.value - 1), through: end, kinds: kinds, limit: 4_000,
            fromEnd: true)
        var decoded: [RecordedEvent] = []
        for event in try past.events(query).events { decoded.append(try past.decode(event)) }
        return decoded
    }

    private static func fold(_ events: [RecordedEvent], into record: StepRecord?) -> StepRecord? {
        events.reduce(record) { StepRecord.applying($1, to: $0) }
    }
}

extension RecordedEvent {
    fileprivate var step: StepKey? {
        guard case .job(let event) = event else { return nil }
        return event.step
    }
}
