import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

/// Leads one job through its life by commands to a log in memory, whose time and chance repeat.
///
/// An eighth of a second passes before each command.
struct LifeRecording: Sendable {
    private let log: EventLog
    private let clock = ManualClock()
    private let job: JobID
    private let engine: EngineID = "engine-1"

    /// Begins an empty log.
    init() throws {
        var configuration = LogConfiguration()
        // Small, so that what is kept beside the log needs no large fixture.
        configuration.inlinePayloadLimit = 128
        log = try EventLog(
            InMemoryStore(), configuration: configuration, environment: .testing(clock: clock))
        job = JobID(at: clock.timestamp, random: log.random())
    }

    /// Ends the log's threads.
    func close() async { await log.close() }

    /// The moment of the last command.
    var now: Timestamp { clock.timestamp }

    /// All events so far.
    func events() async throws -> [StoredEvent] {
        try await log.read { try $0.events(EventQuery(limit: 1000)).events }
    }

    /// What the store holds of the job.
    func outline() async throws -> JobOutline {
        try await log.read { [job] reader in
            JobOutline(
                state: try #require(try reader.job(job)),
                steps: try reader.steps(of: job, after: nil, limit: 1000))
        }
    }

    /// Announces the worker.
    func join() async throws {
        let event = WorkerJoined(
            worker: "worker-1", engine: engine, queues: [.default], kinds: ["ledger.import"])
        try await log.write { [engine] in _ = $0.record(.workerJoined(event), by: .engine(engine)) }
    }

    /// Takes the worker away.
    func leave() async throws {
        let event = WorkerLeft(worker: "worker-1", engine: engine, reason: "shutdown")
        try await log.write { [engine] in _ = $0.record(.workerLeft(event), by: .engine(engine)) }
    }

    /// Notes what a request was answered with.
    func answer(_ event: RequestAnswered) async throws {
        clock.advance(by: Self.pace)
        try await log.write { transaction in
            _ = transaction.record(.requestAnswered(event), by: .person("ana"))
        }
    }

    /// Records what happens to many jobs at once.
    func bulk(_ event: BulkEvent, by actor: EventActor) async throws {
        clock.advance(by: Self.pace)
        try await log.write { transaction in _ = transaction.record(.bulk(event), by: actor) }
    }

    /// The job.
    var id: JobID { job }

    /// Accepts the job, with an input of JSON.
    func enqueue(_ event: JobEnqueued, input: String = "null", by actor: EventActor = .ana) async throws {
        let input = try log.payload(JSONText(validating: input))
        var event = event
        event.input = input.payload
        clock.advance(by: Self.pace)
        try await log.write { [event, job] transaction in
            input.keep(in: transaction)
            _ = try transaction.enqueue(event, as: job, by: actor)
        }
    }

    /// Asks something of a schedule, whose one run enqueues the job.
    func schedule(_ command: ScheduleCommand, by actor: EventActor = .ana) async throws {
        clock.advance(by: Self.pace)
        try await log.write { [job] transaction in
            _ = try transaction.execute(
                command, on: "nightly", by: actor, zones: { _ in UTCRules() }, newJob: { job })
        }
    }

    /// Claims the job.
    func start(worker: WorkerID = "worker-1") async throws -> Shift {
        let events = try await execute(.start(worker: worker, engine: engine), by: .worker(worker))
        return Shift(recording: self, worker: worker, token: LeaseToken(try #require(events.first).position))
    }

    /// Does what somebody asks from outside.
    func steer(_ command: SteerCommand, by actor: EventActor = .ana) async throws {
        try await execute(.steer(command), by: actor)
    }

    /// Does what somebody asks of the queue `imports`.
    func steerQueue(_ command: QueueCommand, by actor: EventActor = .ana) async throws {
        clock.advance(by: Self.pace)
        _ = try await log.write { try $0.execute(command, on: "imports", by: actor) }
    }

    /// Lets time pass.
    func wait(_ duration: Duration) { clock.advance(by: duration) }

    /// Lets the time pass up to the moment that the job waits for.
    func awaitDue() async throws {
        guard case .scheduled(let until) = try await outline().state.phase else {
            Issue.record("the job waits for no moment")
            return
        }
        clock.advance(to: ManualClock.Instant(until))
        try await execute(.fireTimer, by: .engine(engine))
    }

    /// Lets the time pass up to the end of a wait.
    func awaitDue(_ wait: WaitKey) async throws {
        let job = job
        let record = try await log.read { try $0.wait(wait, of: job) }
        clock.advance(to: ManualClock.Instant(try #require(record?.due)))
        try await execute(.fireWait(wait, recorded: nil), by: .engine(engine))
    }

    /// Lets a child of the job end.
    func end(_ child: ChildSpawned, _ state: JobPhaseName) async throws {
        let event = ChildFinished(
            child: child.child, job: child.job, state: state, ending: EventLogPosition(99))
        try await execute(.finishChild(event, recorded: nil), by: .engine(engine))
    }

    /// Notes that another job was made from this one.
    func fork(at step: StepKey) async throws {
        let event = JobForked(
            job: JobID(at: clock.timestamp, random: 9), step: step, reason: "with more rows")
        try await execute(.noteFork(event), by: .ana)
    }

    /// Finds that the holder of a lease is gone.
    func crash(_ shift: Shift, _ cause: LeaseLoss = .processDied) async throws {
        try await execute(.expireLease(shift.token, cause, crashLimit: 5), by: .engine(engine))
    }

    @discardableResult
    fileprivate func execute(_ command: JobCommand, by actor: EventActor) async throws -> [RecordedEvent] {
        clock.advance(by: Self.pace)
        return try await log.write { [job] in try $0.execute(command, on: job, by: actor) }
    }

    fileprivate func execute(
        by actor: EventActor, keeping payload: PreparedPayload? = nil,
        _ command: @escaping @Sendable (LogTransaction) -> JobCommand
    ) async throws {
        clock.advance(by: Self.pace)
        try await log.write { [job] transaction in
            payload?.keep(in: transaction)
            try transaction.execute(command(transaction), on: job, by: actor)
        }
    }

    fileprivate func payload(_ json: String) throws -> PreparedPayload {
        try log.payload(JSONText(validating: json))
    }

    private static let pace = Duration.milliseconds(125)
}

/// The time during which a worker holds the job.
struct Shift: Sendable {
    fileprivate let recording: LifeRecording
    fileprivate let worker: WorkerID
    fileprivate let token: LeaseToken

    /// Writes as the holder of the lease.
    func work(_ command: WorkCommand) async throws {
        try await recording.execute(.work(token, command), by: .worker(worker))
    }

    /// Runs a step to its result, a value of JSON.
    func step(_ name: StepName, _ occurrence: Int = 1, output: String = "null") async throws {
        let output = try recording.payload(output)
        try await begin(name, occurrence)
        try await recording.execute(by: .worker(worker), keeping: output) { [token] _ in
            let step = StepKey(name, occurrence: occurrence)
            return .work(
                token, .completeStep(step, output: output.payload, duration: 125_000, recorded: nil))
        }
    }

    /// Begins a step.
    func begin(_ name: StepName, _ occurrence: Int = 1) async throws {
        try await work(.startStep(StepKey(name, occurrence: occurrence), recorded: nil))
    }

    /// Begins a step and lets it throw.
    func failStep(_ step: StepKey, retryAt: Timestamp? = nil) async throws {
        try await begin(step.name, step.occurrence)
        try await work(.failStep(step, .ledger(in: step), retryAt: retryAt, recorded: nil))
    }

    /// Ends the attempt with an error, about which the policy decides.
    func fail(_ failure: JobFailure) async throws {
        try await recording.execute(by: .worker(worker)) { [token] transaction in
            .work(token, .failAttempt(failure, .byPolicy(random: transaction.randomFraction())))
        }
    }

    /// Ends the job with a value of JSON.
    func complete(_ output: String = "null") async throws {
        let output = try recording.payload(output)
        try await recording.execute(by: .worker(worker), keeping: output) { [token] _ in
            .work(token, .complete(output: output.payload))
        }
    }
}

extension EventActor {
    /// Who asks from outside.
    fileprivate static let ana = EventActor.person("ana")
}

extension JobFailure {
    /// What goes wrong in recorded lives.
    static func ledger(in step: StepKey? = nil) -> JobFailure {
        JobFailure(type: "LedgerError", message: "row 7: \"12,x\" is no amount", step: step)
    }
}
