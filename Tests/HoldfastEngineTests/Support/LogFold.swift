import HoldfastCore
import HoldfastStore
import Testing

/// What follows from a log's events alone, and what the store says instead (P4).
struct LogFold {
    private(set) var jobs: [JobID: JobState] = [:]
    private(set) var steps: [JobID: [StepKey: StepRecord]] = [:]

    /// Folds all events of a log in their order.
    ///
    /// - Throws: `IllegalTransition` when one of them cannot follow.
    init(_ log: EventLog) async throws {
        var after = EventLogPosition.beginning
        while true {
            let query = EventQuery(after: after, limit: 1000)
            let page = try await log.read { try $0.events(query) }
            for event in page.events { try fold(try event.decoded()) }
            guard let last = page.events.last else { return }
            after = last.position
        }
    }

    /// How many jobs each queue has in each state.
    var counters: [QueueCountKey: Int] {
        jobs.values.reduce(into: [:]) { $0[QueueCountKey($1), default: 0] += 1 }
    }

    /// Expects that every projection of the store is equal to the fold.
    func expectEqual(_ log: EventLog, _ location: SourceLocation = #_sourceLocation) async throws {
        for (id, state) in jobs {
            let (stored, records) = try await log.read {
                (try $0.job(id), try $0.steps(of: id, after: nil, limit: 1000))
            }
            #expect(stored == state, sourceLocation: location)
            let steps = steps[id] ?? [:]
            #expect(records.count == steps.count, sourceLocation: location)
            for record in records { #expect(record == steps[record.key], sourceLocation: location) }
        }
        let (counts, leases) = try await log.read { (try $0.counters(), try $0.leases()) }
        #expect(counts.filter { $0.value != 0 } == counters, sourceLocation: location)
        let tokens = jobs.compactMapValues(\.leaseToken)
        #expect(
            Dictionary(uniqueKeysWithValues: leases.map { ($0.job, $0.token) }) == tokens,
            sourceLocation: location)
    }

    private mutating func fold(_ recorded: RecordedEvent) throws {
        guard let job = recorded.job, case .job(let event) = recorded.event else { return }
        jobs[job] = try JobState.applying(recorded, to: jobs[job])
        guard let step = event.step else { return }
        steps[job, default: [:]][step] = StepRecord.applying(recorded, to: steps[job]?[step])
    }
}
