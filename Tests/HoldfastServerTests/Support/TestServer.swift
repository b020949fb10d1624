import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore
import HoldfastTesting
import Logging
import ServiceLifecycle
import Testing

/// A server on a free port over a store in memory, with a clock that stands still until a test moves it.
struct TestServer: Sendable {
    let engine: JobEngine
    let server: JobServer
    let clock: ManualClock
    let port: Int
    fileprivate let services: ServiceGroup

    /// Asks for a graceful stop, as a signal does.
    func stopGracefully() async { await services.triggerGracefulShutdown() }

    /// Runs a body against a server that listens, then stops the server and waits until it has stopped.
    static func run<Result>(
        endpoints: @escaping @Sendable (HoldfastRoutes, inout RouteTable) -> Void = { _, _ in },
        over store: some StorageBackend = InMemoryStore(), metrics: PrometheusMetrics? = nil,
        logger: Logger = quiet,
        _ adjust: (inout JobServerConfiguration, inout EngineConfiguration) -> Void = { _, _ in },
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        var configuration = JobServerConfiguration(port: 0)
        var engineConfiguration = EngineConfiguration()
        engineConfiguration.metrics = metrics
        adjust(&configuration, &engineConfiguration)
        let clock = ManualClock()
        let environment = EngineEnvironment(
            now: { clock.timestamp }, sleep: { try await clock.wait(until: clock.timestamp + $0) },
            random: SeededRandom(seed: 1).source())
        let engine = try JobEngine(
            store, configuration: engineConfiguration, environment: environment, logger: quiet)
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let server = try JobServer(
            engine: engine, configuration: configuration, environment: environment,
            endpoints: endpoints, metrics: metrics, logger: logger,
            onReady: { ready.yield($0) })
        let services = ServiceGroup(services: [server], logger: quiet)
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
    static var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}

extension TestServer {
    /// Sends a request on a connection of its own and reads the whole answer.
    func send(
        _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
    ) async throws -> WireAnswer {
        try await WireConnection.exchange(
            port: port, method, path, headers: headers, body: Array((body ?? "").utf8))
    }

    /// Enqueues a job of any kind.
    @discardableResult
    func enqueue(_ kind: JobKind = "test.job", input: String = "{}") async throws -> JobID {
        let request = EnqueueRequest(kind: kind, input: JSONText(unchecked: input), acceptsAnyKind: true)
        return try await engine.enqueue(request).state.id
    }

    /// Enqueues a job and plays its life: a step, lines one by one and several at once, and an end.
    @discardableResult
    func finishedJob(lines: Int = 6) async throws -> JobID {
        let job = try await enqueue()
        let worker = try await HandWorker(self, job)
        try await worker.step("parse")
        for number in 1...lines { try await worker.say("line \(number)") }
        try await worker.say(["both", "at once"])
        try await worker.complete(#"{"rows":3}"#)
        return job
    }

    /// A running job whose history is longer than what the sockets between two programs hold:
    /// 512 KiB a commit.
    func longJob(commits: Int = 16) async throws -> HandWorker {
        let worker = try await HandWorker(self, try await enqueue())
        let line = String(repeating: "x", count: 32 * 1024)
        for _ in 1...commits { try await worker.say(Array(repeating: line, count: 16)) }
        return worker
    }

    /// Sends a request and takes nothing of the answer.
    func askWithoutReading(_ path: String) async throws -> WireConnection {
        let connection = try await WireConnection(port: port, reads: false)
        try await connection.send(WireConnection.head("GET", path, port: port))
        return connection
    }

    /// The job's events as the log holds them.
    func history(of job: JobID) async throws -> [StoredEvent] {
        try await engine.log.read { try $0.events(EventQuery(job: job, limit: 10_000)).events }
    }

    /// The blocks in which a stream sends the job's events.
    func blocks(of job: JobID) async throws -> [WireBlock] { try await history(of: job).map(block(of:)) }

    /// Waits until so many streams are open.
    func whenOpen(_ count: Int) async throws {
        while server.streams.count != count { await Task.yield() }
    }

    /// Waits until all that is new up to a position was looked at for the streams.
    func whenScanned(_ position: EventLogPosition) async throws {
        while (server.streams.scanned ?? .beginning) < position { await Task.yield() }
    }

    /// Where the log ends.
    func head() async throws -> EventLogPosition { try await engine.log.read { try $0.head().position } }
}
