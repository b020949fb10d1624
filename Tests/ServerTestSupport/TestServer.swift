package import HoldfastCore
package import HoldfastEngine
package import HoldfastServer
package import HoldfastStore
package import HoldfastTesting
package import Logging
import ServiceLifecycle

/// A server on a free port over a store in memory, with a clock that stands still until a test moves it.
package struct TestServer: Sendable {
    package let engine: JobEngine
    package let server: JobServer
    package let clock: ManualClock
    package let port: Int
    fileprivate let services: ServiceGroup

    /// Asks for a graceful stop, as a signal does.
    package func stopGracefully() async { await services.triggerGracefulShutdown() }

    /// Adds endpoints of an application to a server.
    package typealias Endpoints = @Sendable (HoldfastRoutes, inout RouteTable) -> Void

    /// Runs a body against a server that listens, then stops the server and waits until it has stopped.
    ///
    /// No job is run: tests play the worker.
    package static func run<Result>(
        endpoints: @escaping Endpoints = { _, _ in },
        over store: some StorageBackend = InMemoryStore(), metrics: PrometheusMetrics? = nil,
        logger: Logger = quiet,
        _ adjust: (inout JobServerConfiguration, inout EngineConfiguration) -> Void = { _, _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        var configuration = JobServerConfiguration(port: 0)
        var engineConfiguration = EngineConfiguration()
        engineConfiguration.metrics = metrics
        adjust(&configuration, &engineConfiguration)
        let (engine, clock) = try stoppedEngine(over: store, engineConfiguration)
        return try await run(
            engine, clock, configuration, endpoints: endpoints, metrics: metrics, logger: logger, body)
    }

    /// Runs a body against a server of an application whose jobs are run, then stops both.
    ///
    /// - Parameters:
    ///   - prepare: Registers the application's handlers with the engine, and gives its endpoints.
    ///   - store: Where the log is.
    ///   - adjust: Changes the configurations.
    ///   - body: Gets the server.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws; or why the server could not begin.
    package static func runJobs<Result>(
        of prepare: (JobEngine) throws -> Endpoints, over store: some StorageBackend = InMemoryStore(),
        _ adjust: (inout JobServerConfiguration, inout EngineConfiguration) throws -> Void = { _, _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        var configuration = JobServerConfiguration()
        configuration.streams.grace = .zero
        var engineConfiguration = EngineConfiguration()
        // A test moves the clock further than the engine can follow when the machine is busy: no job is lost by that.
        engineConfiguration.log.leaseDuration = .seconds(86_400)
        try adjust(&configuration, &engineConfiguration)
        configuration.port = 0
        let (engine, clock) = try stoppedEngine(over: store, engineConfiguration)
        return try await run(
            engine, clock, configuration, endpoints: try prepare(engine), runsJobs: true, body)
    }

    private static func stoppedEngine(
        over store: some StorageBackend, _ configuration: EngineConfiguration
    ) throws -> (JobEngine, ManualClock) {
        let clock = ManualClock()
        let engine = try JobEngine(
            store, configuration: configuration, environment: environment(of: clock), logger: quiet)
        return (engine, clock)
    }

    private static func environment(of clock: ManualClock) -> EngineEnvironment {
        EngineEnvironment(
            now: { clock.timestamp }, sleep: { try await clock.wait(until: clock.timestamp + $0) },
            wait: { try await clock.wait(until: $0) }, random: SeededRandom(seed: 1).source())
    }

    private static func run<Result>(
        _ engine: JobEngine, _ clock: ManualClock, _ configuration: JobServerConfiguration,
        endpoints: @escaping Endpoints, runsJobs: Bool = false, metrics: PrometheusMetrics? = nil,
        logger: Logger = quiet, _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let server = try JobServer(
            engine: engine, configuration: configuration, environment: environment(of: clock),
            endpoints: endpoints, metrics: metrics, logger: logger,
            onReady: { ready.yield($0) })
        // Stopped from the last to the first.
        let parts: [any Service] = runsJobs ? [engine, server] : [server]
        let services = ServiceGroup(services: parts, logger: quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await services.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let running = TestServer(
                engine: engine, server: server, clock: clock, port: port, services: services)
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(running))
            } catch {
                result = .failure(error)
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
            await engine.close()
            return try result.get()
        }
    }

    /// A logger that says nothing.
    package static var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}

extension TestServer {
    /// Sends a request on a connection of its own and reads the whole answer.
    package func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> WireAnswer {
        try await WireConnection.exchange(
            port: port, method, path, headers: headers, body: Array((body ?? "").utf8))
    }

    /// Enqueues a job of any kind.
    @discardableResult
    package func enqueue(_ kind: JobKind = "test.job", input: String = "{}") async throws -> JobID {
        let request = EnqueueRequest(kind: kind, input: JSONText(unchecked: input), acceptsAnyKind: true)
        return try await engine.enqueue(request).state.id
    }

    /// Sends a request and takes nothing of the answer.
    package func askWithoutReading(_ path: String) async throws -> WireConnection {
        let connection = try await WireConnection(port: port, reads: false)
        try await connection.send(WireConnection.head("GET", path, port: port))
        return connection
    }

    /// The job's events as the log holds them.
    package func history(of job: JobID) async throws -> [StoredEvent] {
        try await engine.log.read { try $0.events(EventQuery(job: job, limit: 10_000)).events }
    }

    /// The blocks in which a stream sends the job's events.
    package func blocks(of job: JobID) async throws -> [WireBlock] {
        try await history(of: job).map(block(of:))
    }

    /// Waits until so many streams are open.
    package func whenOpen(_ count: Int) async throws {
        while server.streams.count != count { await Task.yield() }
    }

    /// Waits until all that is new up to a position was looked at for the streams.
    package func whenScanned(_ position: EventLogPosition) async throws {
        while (server.streams.scanned ?? .beginning) < position { await Task.yield() }
    }

    /// Where the log ends.
    package func head() async throws -> EventLogPosition {
        try await engine.log.read { try $0.head().position }
    }
}
