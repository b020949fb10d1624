public import HoldfastCore
import HoldfastEngine
import HoldfastStore
public import Testing

// What a test says about a job's history.
extension JobBench {
    /// Everything that happened to a job so far, in order.
    ///
    /// - Throws: `StoreError`.
    public func history(of job: JobID) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        while true {
            let query = EventQuery(job: job, after: events.last?.position ?? .beginning, limit: 1000)
            let page = try await engine.log.read { try $0.events(query).events }
            events += try page.map { try $0.decoded() }
            guard page.count == 1000 else { return events }
        }
    }

    /// Everything that happened to a job so far, as `holdfast history JOB --json` prints it.
    ///
    /// - Throws: `StoreError`.
    public func exportedHistory(of job: JobID) async throws -> String {
        let last = try await history(of: job).last?.position ?? .beginning
        let query = EventQuery(job: job, through: last, limit: .max)
        return try await engine.log.read { reader in
            try reader.events(query).events.map { $0.envelope.text + "\n" }.joined()
        }
    }

    /// Expects that exactly these events happened to a job, and shows the difference line by line where they did not.
    ///
    /// What tells how a job was run and not what it did is left out, unless the list has an event of its kind: progress,
    /// log lines, the starts of steps, that the job was put away while it waited and taken up again.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - expected: The events, in order.
    ///   - location: Where the difference is shown.
    /// - Returns: Whether they happened.
    /// - Throws: `StoreError`.
    @discardableResult
    public func expectHistory(
        of job: JobID, _ expected: [ExpectedEvent], sourceLocation location: SourceLocation = #_sourceLocation
    ) async throws -> Bool {
        guard let difference = try await historyDifference(of: job, expected) else { return true }
        Issue.record("The history is another one:\n\(difference)", sourceLocation: location)
        return false
    }

    /// Compares a job's history with these events, as `expectHistory` does.
    ///
    /// - Returns: The difference; nil when there is none. `-` stands before what did not happen, `+` before what was not
    ///   expected.
    /// - Throws: `StoreError`.
    public func historyDifference(of job: JobID, _ expected: [ExpectedEvent]) async throws -> String? {
        let asked = Set(expected.map(\.kind))
        let story = try await history(of: job).story(keeping: asked)
        let difference = LineDifference(
            expected, story, describe: \.description, describeActual: \.words, matches: { $0.matches($1) })
        return difference.isEmpty ? nil : difference.text
    }
}

extension [RecordedEvent] {
    private static let noise: Set<EventKind> = [
        .progressUpdated, .logWritten, .stepStarted, .jobWaiting, .jobResumed, .leaseReleased, .leaseExpired,
        .signalConsumed,
    ]

    /// What happened, without how it was run.
    ///
    /// Events of `kinds` are kept in any case.
    func story(keeping kinds: Set<EventKind> = []) -> [JobEvent] {
        var lastAttempt: Int?
        return compactMap { recorded in
            guard case .job(let event) = recorded.event else { return nil }
            if case .started = event {
                // A start after a wait, a pause or a stop goes on with the same attempt.
                defer { lastAttempt = recorded.attempt }
                return recorded.attempt == lastAttempt ? nil : event
            }
            return kinds.contains(event.kind) || !Self.noise.contains(event.kind) ? event : nil
        }
    }
}
