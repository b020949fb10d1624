import HoldfastCore
public import HoldfastEngine
public import HoldfastStore
import Logging

/// An engine under test: it runs jobs for real, over a store in memory and with a clock that only the test moves.
///
/// The engine and its handlers run one piece at a time, so the bench knows when nothing can happen any more without time
/// passing or somebody stepping in, and no test waits for wall time. Steps are matched strictly, unless the
/// configuration says otherwise.
public final class JobBench: Sendable {
    /// The engine, for everything that a program can do with one.
    public let engine: JobEngine
    /// The time of the engine, on which handlers may sleep too.
    public let clock: ManualClock
    let executor: BenchExecutor
    let runs = WatchedRuns()

    /// So far away that no test goes there: what happens by itself later than this does not happen.
    static let horizon: Duration = .seconds(100 * 365 * 86_400)

    init(
        over store: some StorageBackend, clock: ManualClock, configuration: EngineConfiguration,
        executor: BenchExecutor
    ) throws {
        var configuration = configuration
        // One reader takes what it is asked for in order, so that a question is answered after all before it.
        configuration.log.readers = 1
        // Nobody lets time pass once the test is over.
        configuration.drainTimeout = .zero
        configuration.executor = executor
        var environment = EngineEnvironment.testing(clock: clock)
        environment.clockMayBeSet = false
        engine = try JobEngine(
            store, configuration: configuration, environment: environment,
            logger: Logger(label: "holdfast.bench", factory: { _ in SwiftLogNoOpLogHandler() }))
        self.clock = clock
        self.executor = executor
    }

    /// Runs a test beside an engine that knows some handlers, then stops the engine.
    ///
    /// A second bench on the same store and clock goes on with what the first one left, as a program does after a
    /// restart.
    ///
    /// - Parameters:
    ///   - handlers: What the engine runs, each on its job's own queue.
    ///   - store: Where the log is; a fresh one in memory where nothing is said.
    ///   - clock: The time; from 2026-10-08T12:00:00Z where nothing is said.
    ///   - concurrency: How many jobs of a kind run at once, from 1.
    ///   - configure: Changes the engine's configuration. Leases do not run out, unless their times are set here.
    ///   - test: What is done with the bench.
    /// - Throws: What `test` throws, or `StoreError`.
    public static func run(
        _ handlers: any JobHandler..., over store: some StorageBackend = InMemoryStore(),
        clock: ManualClock = ManualClock(), concurrency: Int = 4,
        configure: (inout EngineConfiguration) -> Void = { _ in }, test: (JobBench) async throws -> Void
    ) async throws {
        let bench = try JobBench(
            over: store, clock: clock, configuration: configuration(configure), executor: BenchExecutor())
        for handler in handlers { bench.register(handler, concurrency: concurrency) }
        try await bench.run(test)
    }

    /// Enqueues a job, as the engine does.
    ///
    /// - Throws: As `JobEngine.enqueue` does.
    @discardableResult
    public func enqueue<Kind: Job>(
        _ job: Kind, _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> JobHandle<Kind> {
        try await engine.enqueue(job, options)
    }

    // MARK: -

    /// The standard values, without what happens by itself when time passes.
    static func configuration(_ configure: (inout EngineConfiguration) -> Void) -> EngineConfiguration {
        var configuration = EngineConfiguration(workerName: "bench")
        configuration.matchesStepsStrictly = true
        configuration.log.leaseDuration = horizon * 2
        configuration.renewalInterval = horizon
        configuration.reapingInterval = horizon
        configuration.metricsInterval = horizon
        configure(&configuration)
        return configuration
    }

    func register<Handler: JobHandler>(
        _ handler: Handler, on queue: QueueName? = nil, concurrency: Int
    ) {
        engine.register(
            WatchedHandler(handler: handler, runs: runs), on: queue, concurrency: concurrency)
    }

    func run<Result>(_ test: (JobBench) async throws -> Result) async throws -> Result {
        let running = Task(executorPreference: executor) { [engine] in try await engine.run() }
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await test(self))
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        let end = await running.result
        await engine.close()
        if case .failure(let error) = end, !(error is CancellationError) { throw error }
        return try outcome.get()
    }
}
