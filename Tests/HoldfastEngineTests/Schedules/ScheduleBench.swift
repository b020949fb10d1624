import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting

extension JobEngine {
    /// Sets a schedule of chores.
    @discardableResult
    func setChores(
        _ name: ScheduleName = "tick", _ times: ScheduleTimes = .every(.seconds(30)),
        overlap: OverlapPolicy = .allow, missed: MissedRunPolicy = .once
    ) async throws -> ScheduleState {
        try await setSchedule(
            name, times, enqueues: Chore(name: name.rawValue), overlap: overlap, missed: missed,
            by: .person("ana"))
    }

    /// What happened to schedules so far, in order.
    func scheduleHistory() async throws -> [RecordedEvent] {
        try await log.read {
            try $0.events(EventQuery(kinds: EventKind.ofSchedules, limit: 10_000)).events
        }.map { try $0.decoded() }
    }

    /// The runs of schedules so far.
    func runs() async throws -> [ScheduleFired] {
        try await scheduleHistory().compactMap { recorded in
            guard case .engine(.schedule(.fired(let run))) = recorded.event else { return nil }
            return run
        }
    }

    /// The runs that were left out so far.
    func skips() async throws -> [ScheduleSkipped] {
        try await scheduleHistory().compactMap { recorded in
            guard case .engine(.schedule(.skipped(let skip))) = recorded.event else { return nil }
            return skip
        }
    }

    /// How many jobs there are.
    func jobCount() async throws -> Int { try await log.read { try $0.jobs(JobQuery(limit: 1000)) }.count }
}
