import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting

extension TestEngine {
    /// Waits until the log has so many events of a kind, and gives the last of them.
    @discardableResult
    func reached(
        _ kind: EventKind, of job: JobID? = nil, by actor: EventActor? = nil, count: Int = 1
    ) async throws -> RecordedEvent {
        try await engine.reached(kind, of: job, by: actor, count: count)
    }

    /// The events of a job so far.
    func history(of job: JobID) async throws -> [RecordedEvent] { try await engine.history(of: job) }

    /// The kinds of a job's events so far.
    func kinds(of job: JobID) async throws -> [EventKind] { try await engine.kinds(of: job) }

    /// Waits for something, and lets as much time pass as whatever failed waits before it is tried again.
    @discardableResult
    func lettingRetriesPass<Result>(_ body: () async throws -> Result) async throws -> Result {
        let ticks = Task { [clock, wait = engine.configuration.storeRetryInterval] in
            while true {
                let again = clock.timestamp + wait
                try await clock.timer(at: again)
                clock.advance(to: .init(again))
            }
        }
        defer { ticks.cancel() }
        return try await body()
    }

    /// Runs another job to its end, after which the engine has looked at everything that was there before.
    func settle() async throws { _ = try await engine.enqueue(Chore(name: "settle")).result() }
}

extension JobEngine {
    @discardableResult
    func reached(
        _ kind: EventKind, of job: JobID? = nil, by actor: EventActor? = nil, count: Int = 1
    ) async throws -> RecordedEvent {
        var remaining = count
        for try await page in LogTailer(log, EventQuery(job: job, kinds: [kind])) {
            for event in page.events where actor == nil || event.actor == actor {
                remaining -= 1
                if remaining == 0 { return try event.decoded() }
            }
        }
        throw CancellationError()
    }

    func history(of job: JobID) async throws -> [RecordedEvent] {
        try await log.read { try $0.events(EventQuery(job: job, limit: 10_000)).events }.map {
            try $0.decoded()
        }
    }

    func kinds(of job: JobID) async throws -> [EventKind] { try await history(of: job).map(\.event.kind) }

    /// Where the log ends.
    func head() async throws -> EventLogPosition { try await log.read { try $0.head().position } }
}

extension Sequence<RecordedEvent> {
    /// What happened to jobs, without places and times.
    var jobEvents: [JobEvent] {
        compactMap { recorded in
            guard case .job(let event) = recorded.event else { return nil }
            return event
        }
    }

    /// The lines that were logged.
    var lines: [String] {
        jobEvents.compactMap { event in
            guard case .logWritten(let line) = event else { return nil }
            return line.message
        }
    }

    /// How much was done, each time that it was said.
    var amounts: [Progress.Amount?] {
        jobEvents.compactMap { event in
            guard case .progressUpdated(let progress) = event else { return nil }
            return progress.amount
        }
    }
}
