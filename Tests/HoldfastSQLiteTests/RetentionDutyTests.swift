import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Testing

/// An engine that has rules prunes by itself, and says in the log by which.
@Suite("Retention by itself", .timeLimit(.minutes(1)))
struct RetentionDutyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let day = RetentionPolicy([RetentionRule(age: .seconds(86_400))], every: .seconds(3_601))

    /// Runs an engine with rules beside the body, and stops it afterwards.
    private func running(
        _ policy: RetentionPolicy?, _ clock: ManualClock, _ body: (JobEngine) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration()
        configuration.retention = policy
        var environment = EngineEnvironment.testing(clock: clock)
        // So that it sleeps up to its next look, and not for a minute at a time.
        environment.clockMayBeSet = false
        let engine = try JobEngine(
            try folder.store(), configuration: configuration, environment: environment)
        engine.register(ProbeHandler())
        let running = Task { try await engine.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(engine))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        try await running.value
        await engine.close()
        try result.get()
    }

    private func ended(_ sample: SampleLog) async throws -> JobID {
        let (job, token) = try await sample.running()
        try await sample.work([.note(1), .complete(output: .null)], on: job, token)
        return job
    }

    private func exists(_ job: JobID, _ sample: SampleLog) async throws -> Bool {
        try await sample.log.read { try $0.job(job) } != nil
    }

    /// Waits for an event of a kind behind a position.
    @discardableResult
    private func reached(
        _ kind: EventKind, after position: EventLogPosition = .beginning, _ engine: JobEngine
    ) async throws -> StoredEvent {
        for try await page in LogTailer(engine.log, EventQuery(after: position, kinds: [kind])) {
            if let event = page.events.first { return event }
        }
        throw CancellationError()
    }

    @Test func `jobs go when their time has come, at the start and each time that it looks`() async throws {
        try await SampleLog.with(try folder.store()) { sample in
            let first = try await ended(sample)
            sample.clock.advance(by: .seconds(86_399))
            let second = try await ended(sample)
            sample.clock.advance(by: .seconds(2))
            try await running(Self.day, sample.clock) { engine in
                let act = try await reached(.enginePruned, engine)
                #expect(act.actor == .engine(engine.id))
                #expect(act.data.text.contains(#""reason":"retention""#))
                #expect(try await !exists(first, sample))
                #expect(try await exists(second, sample))
                for _ in 0..<24 {
                    let next = sample.clock.timestamp + Self.day.interval
                    try await sample.clock.timer(at: next)
                    #expect(try await exists(second, sample))
                    sample.clock.advance(to: .init(next))
                }
                try await reached(.enginePruned, after: act.position, engine)
                #expect(try await !exists(second, sample))
            }
        }
        #expect(try folder.store().audit().findings == [])
    }

    @Test func `who finds another engine at it looks again when that one has been quiet for a while`()
        async throws
    {
        try await SampleLog.with(try folder.store()) { sample in
            let (job, other) = (try await ended(sample), try await ended(sample))
            sample.clock.advance(by: .seconds(86_401))
            try await sample.log.write { transaction in
                _ = try transaction.prune([other], limit: 100, reason: nil, by: .engine("another"))
            }
            try await running(Self.day, sample.clock) { engine in
                let next = sample.clock.timestamp + engine.configuration.log.leaseDuration
                try await sample.clock.timer(at: next)
                #expect(try await exists(job, sample))
                let head = try await sample.log.read { try $0.head().position }
                sample.clock.advance(to: .init(next))
                try await reached(.enginePruned, after: head, engine)
                #expect(try await !exists(job, sample))
            }
        }
    }

    @Test func `the rules stand in the log, and that nobody has any once their engine is gone`() async throws
    {
        let clock = ManualClock()
        func retentions() throws -> [RetentionPolicy?] {
            let query = EventQuery(kinds: [.engineConfigured], limit: 10)
            return try folder.store().openReader().events(query).events.map { event in
                guard case .engine(.configured(let event)) = try event.decoded().event else { return nil }
                return event.retention
            }
        }
        try await running(nil, clock) { try await $0.reachedStart() }
        #expect(try retentions().isEmpty)
        try await running(Self.day, clock) { engine in
            try await reached(.engineConfigured, engine)
            // Another engine on the file while this one lives changes nothing.
            try await running(nil, clock) { try await $0.reachedStart() }
            #expect(try retentions() == [Self.day])
        }
        try await running(nil, clock) { try await $0.reachedStart() }
        #expect(try retentions() == [Self.day, nil])
        try await running(nil, clock) { try await $0.reachedStart() }
        #expect(try retentions().count == 2)
    }

    @Test func `what should have gone two looks ago is behind, and what is kept for its parent is not`()
        async throws
    {
        let store = try folder.store()
        try await SampleLog.with(store) { sample in
            func standing() throws -> RetentionStanding? {
                try RetentionStanding(from: store.openReader(), of: store, at: sample.clock.timestamp)
            }
            #expect(try standing() == nil)
            try await sample.log.write { transaction in
                for policy in [RetentionPolicy([RetentionRule()]), Self.day] {
                    transaction.record(
                        .configured(EngineConfigured(engine: "gone", retention: policy)), by: .engine("gone"))
                }
            }
            let kept = try await sample.endedChild().child
            let job = try await ended(sample)
            sample.clock.advance(by: .seconds(86_400) + RetentionStanding.patience(Self.day))
            #expect(try standing()?.overdue == nil)
            sample.clock.advance(by: .milliseconds(1))
            let found = try #require(try standing())
            #expect(found.policy == Self.day)
            #expect(!found.isAlive)
            #expect(found.lastPruned == nil)
            #expect(found.overdue?.job == job)
            _ = try await sample.log.write {
                try $0.prune([job], limit: 100, reason: nil, by: .person("ana"))
            }
            #expect(try await exists(kept, sample))
            #expect(try standing()?.overdue == nil)
            #expect(try standing()?.lastPruned == sample.clock.timestamp)
        }
    }
}

private struct Probe: Job {
    static let kind: JobKind = "probe"
    typealias Output = Int
}

private struct ProbeHandler: JobHandler {
    func run(_ job: Probe, _ context: JobContext) async throws -> Int { 1 }
}

extension JobEngine {
    /// Returns when the engine runs jobs: what it records at its start is recorded then.
    fileprivate func reachedStart() async throws { _ = try await enqueue(Probe()).result() }
}
