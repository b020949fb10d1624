import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

/// A log on the storage under test, with short words for what cases do again and again.
struct ConformanceLog: Sendable {
    /// The storage under test.
    let storage: ConformanceStorage
    /// The log on its first backend.
    let log: EventLog
    /// The clock of all logs of the case.
    let clock: ManualClock
    private let configuration: LogConfiguration
    private let chance: Chance

    /// Shared by all copies of one case's log.
    private final class Chance: Sendable {
        let ids = Mutex((JobIDSequence(), SeededRandom(seed: 7)))
        let opened = Mutex<[EventLog]>([])
    }

    init(_ storage: ConformanceStorage, _ configuration: LogConfiguration) throws {
        let clock = ManualClock()
        self.storage = storage
        self.clock = clock
        self.configuration = configuration
        chance = Chance()
        log = try EventLog(
            storage.backend, configuration: configuration, environment: .testing(clock: clock))
    }

    /// Opens another log; it is closed with the case.
    func open(_ backend: any StorageBackend, seed: UInt64 = 2) throws -> EventLog {
        let log = try EventLog(
            backend, configuration: configuration,
            environment: .testing(clock: clock, random: SeededRandom(seed: seed)))
        chance.opened.withLock { $0.append(log) }
        return log
    }

    /// Opens the storage once more, as another process would.
    func openAgain(seed: UInt64 = 2) throws -> EventLog { try open(try storage.reopen(), seed: seed) }

    func closeAll() async {
        for log in chance.opened.withLock({ $0 }) { await log.close() }
        await log.close()
    }

    /// An id above all that were handed out before.
    func newID() -> JobID {
        chance.ids.withLock { $0.0.next(at: clock.timestamp, random: $0.1.next()) }
    }

    // MARK: - Writing

    /// Begins a job with values that a case does not care about.
    @discardableResult
    func enqueue(_ event: JobEnqueued = .sample()) async throws -> JobID {
        let id = newID()
        return try await log.write { try $0.enqueue(event, as: id, by: .ana).state.id }
    }

    /// Gives a command to a job.
    @discardableResult
    func execute(
        _ command: JobCommand, on job: JobID, by actor: EventActor = .ana
    ) async throws -> [RecordedEvent] {
        try await log.write { try $0.execute(command, on: job, by: actor) }
    }

    /// Claims a job.
    func start(
        _ job: JobID, worker: WorkerID = "worker-1", engine: EngineID = "engine-1"
    ) async throws -> LeaseToken {
        let events = try await execute(.start(worker: worker, engine: engine), on: job, by: .worker(worker))
        return LeaseToken(try #require(events.first).position)
    }

    /// Writes as the holder of a lease.
    @discardableResult
    func work(_ command: WorkCommand, on job: JobID, _ token: LeaseToken) async throws -> [RecordedEvent] {
        try await execute(.work(token, command), on: job, by: .worker("worker-1"))
    }

    /// Runs commands one after another in one transaction.
    ///
    /// - Returns: How each ended: nil when it was committed.
    @discardableResult
    func together(
        on other: EventLog? = nil, _ commands: [@Sendable (LogTransaction) throws -> Void]
    ) async throws -> [(any Error)?] {
        let log = other ?? self.log
        let gate = Gate()
        async let holder: Void = gate.hold(log)
        await gate.isHeld()
        let outcomes: [(any Error)?] = await withCheckedContinuation { continuation in
            let tally = Tally(expecting: commands.count, continuation)
            for (index, command) in commands.enumerated() {
                log.writeLater(command) { tally.note($0, at: index) }
            }
            gate.open()
        }
        try await holder
        return outcomes
    }

    // MARK: - Reading

    /// The state of a job, which must be there.
    func state(_ job: JobID, _ location: SourceLocation = #_sourceLocation) async throws -> JobState {
        let state = try await log.read { try $0.job(job) }
        return try #require(state, sourceLocation: location)
    }

    /// All events that match, however many there are.
    func events(_ query: EventQuery = EventQuery(limit: 1000)) async throws -> [StoredEvent] {
        try await log.read { try $0.events(query).events }
    }

    /// The position of the last event.
    func head() async throws -> EventLogPosition { try await log.read { try $0.head().position } }
}

extension JobEnqueued {
    /// A job with values that a case does not care about.
    static func sample(
        kind: JobKind = "sample.job", queue: QueueName = .default, priority: JobPriority = .normal,
        input: Payload = .null, notBefore: Timestamp? = nil, key: JobKey? = nil, owner: Owner? = nil,
        tags: [JobTag] = [], limitKey: LimitKey? = nil
    ) -> JobEnqueued {
        JobEnqueued(
            kind: kind, queue: queue, priority: priority, input: input, notBefore: notBefore, key: key,
            owner: owner, tags: tags, retry: .constant(maxAttempts: 3, every: .seconds(10)),
            limitKey: limitKey)
    }
}

extension EventActor {
    /// A person that nothing depends on.
    static let ana = EventActor.person("ana")
}

extension JobFailure {
    /// An error that nothing depends on.
    static let sample = JobFailure(type: "SampleError", message: "the sample is broken")
}

extension WorkCommand {
    /// A step begins.
    static func begin(_ step: StepKey) -> WorkCommand { .startStep(step, recorded: nil) }

    /// A step's result.
    static func record(_ step: StepKey, output: Payload = .null) -> WorkCommand {
        .completeStep(step, output: output, duration: 5, recorded: nil)
    }

    /// A logged line.
    static func line(_ message: String) -> WorkCommand {
        .writeLog(LogWritten(level: .info, message: message))
    }
}
