import HoldfastAPI
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// What can be looked into beyond single jobs.
protocol InspectingTarget: Sendable {
    /// How much there is of what, or was at a moment; a server takes what is now from its own clock.
    func statistics(at moment: LogMoment?, now: Timestamp) async throws -> LogStatistics
    /// The jobs of a query that have a text in their names, or had at a moment, the newest first; and the last one that was
    /// looked at where there may be more behind it.
    func jobs(
        _ query: JobQuery, containing text: JobText, at moment: LogMoment?
    ) async throws -> (jobs: [JobState], next: JobID?)
    /// A position before the events of a job from a moment on, and not long before them.
    func position(before moment: Timestamp, of job: JobID) async throws -> EventLogPosition
    /// A page of the events of a job, or of all jobs, of certain kinds or all; it begins after a position.
    func events(
        of job: JobID?, kinds: Set<EventKind>?, after position: EventLogPosition, limit: Int
    ) async throws -> [StoredEvent]
}

extension InspectingTarget {
    /// A page of a job's events after a position, in order.
    func history(of job: JobID, after position: EventLogPosition, limit: Int) async throws -> [StoredEvent] {
        try await events(of: job, kinds: nil, after: position, limit: limit)
    }
}

extension FileTarget {
    func statistics(at moment: LogMoment?, now: Timestamp) async throws -> LogStatistics {
        let backend = backend
        return try await read { try LogStatistics(of: backend, reader: $0, at: moment, now: now) }
    }

    func jobs(
        _ query: JobQuery, containing text: JobText, at moment: LogMoment?
    ) async throws -> (jobs: [JobState], next: JobID?) {
        try await read { try $0.at(moment).jobs(query, containing: text) }
    }

    func position(before moment: Timestamp, of job: JobID) async throws -> EventLogPosition {
        try await read { try $0.position(at: moment + (.zero - EventFilter.clockDifference)) }
    }

    func events(
        of job: JobID?, kinds: Set<EventKind>?, after position: EventLogPosition, limit: Int
    ) async throws -> [StoredEvent] {
        try await read {
            try $0.events(EventQuery(job: job, after: position, kinds: kinds, limit: limit)).events
        }
    }
}

extension ServerTarget {
    func statistics(at moment: LogMoment?, now: Timestamp) async throws -> LogStatistics {
        try LogStatistics(parsing: try await client.stats(at: moment))
    }

    func events(
        of job: JobID?, kinds: Set<EventKind>?, after position: EventLogPosition, limit: Int
    ) async throws -> [StoredEvent] {
        let limit = min(limit, Self.eventLimit)
        let page =
            if let job, kinds == nil {
                try await client.history(of: job, after: position, limit: limit)
            } else {
                try await client.history(
                    StreamFilter(jobs: job.map { [$0] } ?? [], types: kinds.map(Array.init) ?? []),
                    from: .after(position), limit: limit)
            }
        return try page.events.map(StoredEvent.init(envelope:))
    }

    func jobs(
        _ query: JobQuery, containing text: JobText, at moment: LogMoment?
    ) async throws -> (jobs: [JobState], next: JobID?) {
        let page = try await client.jobs(
            query.filter, containing: text, since: query.since, until: query.until, before: query.before,
            limit: min(query.limit, Self.pageLimit), at: moment)
        return (try page.jobs.map(JobStateCodec.decode), page.next)
    }

    func position(before moment: Timestamp, of job: JobID) async throws -> EventLogPosition {
        do {
            let past = LogMoment.time(moment + (.zero - EventFilter.clockDifference))
            return try await sheet(of: job, logs: 0, at: past).snapshot.position
        } catch let error as ClientError {
            // The job began later.
            guard case .refused(let problem, _) = error, problem.kind == .unknownJob else { throw error }
            return .beginning
        }
    }

    /// How many events a page of the server has at most.
    static var eventLimit: Int { 1_000 }
}
