import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Logging
import ServiceLifecycle

/// An engine that runs jobs over a store in memory, with a clock that stands still until a test moves it.
struct TestEngine: Sendable {
    let engine: JobEngine
    let clock: ManualClock
    private let services: ServiceGroup
    private let running: Task<Void, any Error>

    private init(_ engine: JobEngine, _ clock: ManualClock) {
        self.engine = engine
        self.clock = clock
        let services = ServiceGroup(services: [engine], logger: TestEngine.quiet)
        self.services = services
        running = Task { try await services.run() }
    }

    /// Runs a body beside an engine with the handlers that `register` adds, then stops the engine.
    ///
    /// A handler that still waits then is cut off, so that a test which fails does not wait for it.
    static func run(
        over store: some StorageBackend = InMemoryStore(), clock: ManualClock = ManualClock(),
        environment: EngineEnvironment? = nil, logger: Logger = quiet,
        configure: (inout EngineConfiguration) -> Void = { _ in },
        register: (JobEngine) -> Void, test: (TestEngine) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration()
        // Of no other length, so that a test that waits for this timer does not meet the reaper's.
        configuration.waitingGrace = .milliseconds(1_700)
        configure(&configuration)
        let engine = try JobEngine(
            store, configuration: configuration, environment: environment ?? .testing(clock: clock),
            logger: logger)
        register(engine)
        let running = TestEngine(engine, clock)
        // A group that is told to stop before it runs never runs.
        try await running.reached(.engineWorkerJoined, by: .engine(engine.id))
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(running))
        } catch {
            result = .failure(error)
        }
        try await running.cutOff()
        await engine.close()
        try result.get()
    }

    /// Runs a body beside an engine that knows chores only.
    static func runChores(
        over store: some StorageBackend = InMemoryStore(), clock: ManualClock = ManualClock(),
        concurrency: Int = 4, configure: (inout EngineConfiguration) -> Void = { _ in },
        chore: @escaping @Sendable (Chore, JobContext) async throws -> String,
        test: (TestEngine) async throws -> Void
    ) async throws {
        try await run(
            over: store, clock: clock, configure: configure,
            register: { $0.register(ChoreHandler(body: chore), concurrency: concurrency) }, test: test)
    }

    /// Runs a body while a chore is stuck in its handler, on an engine that is about to be declared dead.
    ///
    /// - Parameters:
    ///   - store: Where the job is.
    ///   - before: What the handler does before it is stuck.
    ///   - configure: Changes how the engine works.
    ///   - test: Gets the engine and the stuck job.
    /// - Throws: What the body throws.
    static func runStuckChore(
        over store: InMemoryStore,
        before: @escaping @Sendable (JobContext) async throws -> Void = { _ in },
        configure: (inout EngineConfiguration) -> Void = { _ in },
        test: (TestEngine, JobHandle<Chore>) async throws -> Void
    ) async throws {
        let (isStuck, gate) = (Milestone(), Milestone())
        try await runChores(over: store, concurrency: 1, configure: configure) { _, context in
            try await before(context)
            isStuck.reach()
            await gate.waitStubbornly()
            return "of a dead process"
        } test: { dead in
            let handle = try await dead.engine.enqueue(Chore())
            try await isStuck.wait()
            try await test(dead, handle)
            gate.reach()
        }
    }

    /// Gives a body an engine that runs nothing, to put jobs where another engine will find them.
    static func idle(
        over store: some StorageBackend = InMemoryStore(), clock: ManualClock = ManualClock(),
        configure: (inout EngineConfiguration) -> Void = { _ in }, test: (JobEngine) async throws -> Void
    ) async throws {
        var configuration = EngineConfiguration()
        configure(&configuration)
        let engine = try JobEngine(
            store, configuration: configuration, environment: .testing(clock: clock), logger: quiet)
        let result: Result<Void, any Error>
        do {
            result = .success(try await test(engine))
        } catch {
            result = .failure(error)
        }
        await engine.close()
        try result.get()
    }

    /// Asks for a graceful stop, as a signal does, and returns when the engine has stopped.
    func stop() async throws {
        await services.triggerGracefulShutdown()
        try await running.value
    }

    /// Cancels the engine's task, and returns when the engine has stopped.
    func cancel() async {
        running.cancel()
        // A group that was cancelled says so by throwing.
        _ = await running.result
    }

    /// Stops the engine, and lets the time of the drain pass at once.
    private func cutOff() async throws {
        let limit = Task { [clock, wait = engine.configuration.drainTimeout] in
            let deadline = clock.timestamp + wait
            try await clock.timer(at: deadline)
            clock.advance(to: .init(deadline))
        }
        await services.triggerGracefulShutdown()
        let result = await running.result
        limit.cancel()
        if case .failure(let error) = result, !(error is CancellationError) { throw error }
    }

    /// A logger that says nothing.
    static var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
