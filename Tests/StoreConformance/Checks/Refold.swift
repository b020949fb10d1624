import HoldfastCore
import HoldfastStore
import Testing

/// Everything that follows from a log's events alone: what every projection must equal (P4).
struct Refold {
    private(set) var jobs: [JobID: JobState] = [:]
    private(set) var steps: [JobID: [StepKey: StepRecord]] = [:]
    private(set) var waits: [JobID: [WaitKey: WaitRecord]] = [:]
    private(set) var artifacts: [JobID: [ArtifactName: ArtifactRecord]] = [:]
    private(set) var kinds: Set<JobKind> = []
    private(set) var schedules: [ScheduleName: ScheduleState] = [:]
    private(set) var queues: [QueueName: QueueState] = [:]

    /// How many jobs of each limit key run; none at zero.
    var runningKeys: [QueueKey: Int] {
        jobs.values.reduce(into: [:]) { numbers, state in
            guard state.leaseToken != nil, let key = state.origin.limitKey else { return }
            numbers[QueueKey(queue: state.origin.queue, key: key), default: 0] += 1
        }
    }
    private(set) var bulk: [BulkID: BulkOperation] = [:]
    private(set) var requests: [RequestScope: RequestAnswered] = [:]

    /// How many jobs each queue has in each state; none at zero.
    var counters: [QueueCountKey: Int] {
        jobs.values.reduce(into: [:]) { $0[QueueCountKey($1), default: 0] += 1 }
    }

    /// The tokens of all leases that are held.
    var tokens: [JobID: LeaseToken] { jobs.compactMapValues(\.leaseToken) }

    /// The first moment at which the engine has to look at something.
    var earliestDue: Timestamp? {
        (jobs.values.compactMap(\.dueAt) + waits.values.flatMap(\.values).compactMap(\.due)).min()
    }

    /// Folds events in the order of the log.
    init(_ events: [StoredEvent]) throws {
        for event in events { try fold(try event.decoded()) }
    }

    private mutating func fold(_ recorded: RecordedEvent) throws {
        switch recorded.event {
        case .engine(.workerJoined(let joined)): kinds.formUnion(joined.kinds)
        case .engine(.workerLeft), .engine(.pruned), .engine(.archived), .engine(.jobImported),
            .engine(.logRestored), .engine(.configured), .engine(.redacted), .engine(.keyDestroyed):
            break
        case .engine(.schedule(let event)):
            schedules[event.name] = try ScheduleState.applying(
                event, of: recorded, to: schedules[event.name])
        case .engine(.requestAnswered(let event)): requests[event.scope] = event
        case .engine(.bulk(let event)):
            let change = BulkChange(event, recorded)
            bulk[event.id] = try change.beginning ?? #require(bulk[event.id]).applying(change)
        case .engine(let event):
            if let queue = event.queue { queues[queue] = QueueState.applying(recorded, to: queues[queue]) }
        case .job(let event):
            let job = try #require(recorded.job)
            jobs[job] = try JobState.applying(recorded, to: jobs[job])
            if let artifact = ArtifactRecord(recorded) {
                artifacts[job, default: [:]][artifact.name] = artifact
            }
            if let wait = event.wait {
                waits[job, default: [:]][wait] = WaitRecord.applying(recorded, to: waits[job]?[wait])
            }
            if event.kind.isTerminal { waits[job] = waits[job]?.mapValues(\.afterJobEnded) }
            if case .started = event, let queue = jobs[job]?.origin.queue {
                _ = queues[queue]?.noteStart(at: recorded.at)
            }
            guard let step = event.step else { break }
            steps[job, default: [:]][step] = StepRecord.applying(recorded, to: steps[job]?[step])
        }
    }
}

extension ConformanceLog {
    /// All events with their seals, read in small pages.
    func sealedEvents() async throws -> [SealedEvent] {
        var events: [SealedEvent] = []
        while true {
            let position = events.last?.event.position ?? .beginning
            let page = try await log.read { try $0.sealedEvents(after: position, limit: 100) }
            if page.isEmpty { return events }
            events += page
        }
    }

    /// Expects that positions have no holes from 1 and that the chain of hashes holds from zero to the head.
    func expectSoundChain(_ location: SourceLocation = #_sourceLocation) async throws {
        let events = try await sealedEvents()
        var previous = SHA256Sum.zero
        for (index, sealed) in events.enumerated() {
            #expect(sealed.event.position.value == Int64(index + 1), sourceLocation: location)
            let seal = EventSeal(sealed.event, after: previous, salt: sealed.seal.salt)
            #expect(sealed.seal == seal, "at position \(sealed.event.position)", sourceLocation: location)
            #expect(sealed.seal.salt.count == 16, sourceLocation: location)
            previous = sealed.seal.hash
        }
        let head = try await log.read { try $0.head() }
        #expect(
            head == LogHead(position: EventLogPosition(Int64(events.count)), hash: previous),
            sourceLocation: location)
    }

    /// Expects that every projection equals the fold of the events.
    func expectFoldedProjections(_ location: SourceLocation = #_sourceLocation) async throws {
        let fold = try Refold(try await sealedEvents().map(\.event))
        let stored = try await log.read { reader in
            StoredProjections(
                jobs: try reader.allJobs(),
                steps: try fold.jobs.keys.map { ($0, try reader.allSteps(of: $0)) },
                waits: try fold.jobs.keys.map { ($0, try reader.waits(of: $0, WaitQuery(limit: 1000))) },
                artifacts: try fold.jobs.keys.map { job in
                    (job, try reader.artifacts(of: job, after: nil, limit: 1000))
                },
                counters: try reader.counters().filter { $0.value != 0 }, leases: try reader.leases(),
                kinds: try reader.announcedKinds(), earliestDue: try reader.earliestDue(),
                schedules: try reader.schedules(after: nil, limit: 1000), agenda: try reader.scheduleAgenda(),
                queues: try reader.queues())
        }
        #expect(stored.jobs.map(\.id) == fold.jobs.keys.sorted(by: >), sourceLocation: location)
        for state in stored.jobs { #expect(state == fold.jobs[state.id], sourceLocation: location) }
        for (job, records) in stored.steps {
            #expect(records.count == fold.steps[job]?.count ?? 0, sourceLocation: location)
            for record in records {
                #expect(record == fold.steps[job]?[record.key], sourceLocation: location)
            }
        }
        for (job, records) in stored.waits {
            #expect(records.count == fold.waits[job]?.count ?? 0, sourceLocation: location)
            for record in records {
                #expect(record == fold.waits[job]?[record.key], sourceLocation: location)
            }
        }
        for (job, records) in stored.artifacts {
            #expect(
                records == (fold.artifacts[job] ?? [:]).values.sorted { $0.name < $1.name },
                sourceLocation: location)
        }
        #expect(stored.counters == fold.counters, sourceLocation: location)
        #expect(
            Dictionary(uniqueKeysWithValues: stored.leases.map { ($0.job, $0.token) }) == fold.tokens,
            sourceLocation: location)
        #expect(stored.kinds == fold.kinds, sourceLocation: location)
        #expect(stored.queues == fold.queues.values.sorted { $0.name < $1.name }, sourceLocation: location)
        try await expectRunningKeys(of: fold, location)
        #expect(stored.earliestDue == fold.earliestDue, sourceLocation: location)
        let schedules = fold.schedules.values.sorted { $0.name < $1.name }
        #expect(stored.schedules == schedules, sourceLocation: location)
        #expect(stored.agenda.nextDue == schedules.compactMap(\.wakesAt).min(), sourceLocation: location)
        #expect(
            stored.agenda.waiting == fold.schedules.compactMapValues(\.waitsFor), sourceLocation: location)
        try await expectBulk(of: fold, location)
        try await expectRequests(of: fold, location)
    }
}

extension ConformanceLog {
    private func expectRunningKeys(of fold: Refold, _ location: SourceLocation) async throws {
        let keys = Set(
            fold.jobs.values.compactMap { state in
                state.origin.limitKey.map { QueueKey(queue: state.origin.queue, key: $0) }
            })
        guard !keys.isEmpty else { return }
        let numbers = try await log.write { transaction in
            try keys.map { ($0, try transaction.runningJobs(of: $0)) }
        }
        for (key, number) in numbers {
            #expect(number == fold.runningKeys[key] ?? 0, "\(key)", sourceLocation: location)
        }
    }

    private func expectRequests(of fold: Refold, _ location: SourceLocation) async throws {
        let answers = try await log.write { transaction in
            try fold.requests.values.map { event in
                let mark = RequestMark(id: event.scope.id, sha256: event.sha256)
                return try transaction.answer(to: mark, kind: event.scope.kind, owner: event.scope.owner)
            }
        }
        #expect(answers == fold.requests.values.map(\.answer), sourceLocation: location)
    }

    private func expectBulk(of fold: Refold, _ location: SourceLocation) async throws {
        let bulk = try await log.read { try $0.bulkOperations(unfinishedOnly: false, limit: .max) }
        #expect(bulk == fold.bulk.values.sorted { $0.id > $1.id }, sourceLocation: location)
    }
}

private struct StoredProjections: Sendable {
    let jobs: [JobState]
    let steps: [(JobID, [StepRecord])]
    let waits: [(JobID, [WaitRecord])]
    let artifacts: [(JobID, [ArtifactRecord])]
    let counters: [QueueCountKey: Int]
    let leases: [Lease]
    let kinds: Set<JobKind>
    let earliestDue: Timestamp?
    let schedules: [ScheduleState]
    let agenda: ScheduleAgenda
    let queues: [QueueState]
}

extension StorageReader {
    /// All jobs, the newest first, read in small pages.
    func allJobs(_ query: JobQuery = JobQuery(limit: 7)) throws -> [JobState] {
        var query = query
        var jobs: [JobState] = []
        while true {
            let page = try self.jobs(query)
            if page.isEmpty { return jobs }
            jobs += page
            query.before = page.last?.id
        }
    }

    /// All steps of a job in the order of their names, read in small pages.
    func allSteps(of job: JobID, pages limit: Int = 3) throws -> [StepRecord] {
        var steps: [StepRecord] = []
        while true {
            let page = try self.steps(of: job, after: steps.last?.key, limit: limit)
            if page.isEmpty { return steps }
            steps += page
        }
    }
}
