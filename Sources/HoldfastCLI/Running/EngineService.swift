import HoldfastEngine
import HoldfastServer
import Logging
import ServiceLifecycle
import UnixSignals

/// An engine and its server as one service, so that a request to stop reaches both at the same moment.
///
/// Two services of a group are stopped one after the other, and the time that a stop may take would be spent
/// twice.
struct EngineService: Service {
    private let engine: JobEngine
    private let server: JobServer
    private let readiness: AsyncStream<Void>
    private let ready: AsyncStream<Void>.Continuation

    /// Puts both together; nothing runs yet.
    ///
    /// `onReady` is told the port once requests are accepted, before the first job is claimed.
    ///
    /// - Throws: `ServerStartError.unprotected`.
    init(
        _ engine: JobEngine, listening configuration: JobServerConfiguration,
        metrics: PrometheusMetrics? = nil, logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void
    ) throws(ServerStartError) {
        self.engine = engine
        let (readiness, ready) = AsyncStream<Void>.makeStream()
        self.readiness = readiness
        self.ready = ready
        server = try JobServer(
            engine: engine, configuration: configuration, metrics: metrics, logger: logger
        ) { port in
            await onReady(port)
            ready.yield()
        }
    }

    /// Serves and runs jobs until the group asks for a graceful stop or the task is cancelled.
    ///
    /// No job is claimed before the port is ours: a second server on one port ends without having touched a
    /// job.
    /// - Throws: `ServerStartError`, `StoreError`.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { ready.finish() }
                try await server.run()
            }
            group.addTask {
                for await _ in readiness { return try await engine.run() }
            }
            try await group.next()
            // Neither ends by itself; if one did, the other one must not go on alone.
            if !Task.isShuttingDownGracefully { group.cancelAll() }
            try await group.waitForAll()
        }
    }
}

extension ServiceGroup {
    /// How long a graceful stop may take before everything is cancelled; the process is gone within 5 s.
    private static let stopLimit: Duration = .milliseconds(4_500)

    /// Runs services until one fails, the last named one ends, or the process is asked to stop.
    ///
    /// - Parameters:
    ///   - services: The first ones may end by being asked to only.
    ///   - handlesSignals: Whether SIGTERM and SIGINT ask to stop.
    ///   - logger: Gets what the group has to say.
    /// - Throws: What a service threw.
    static func run(_ services: [any Service], handlesSignals: Bool, logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { service in
                .init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [], logger: logger)
        configuration.maximumGracefulShutdownDuration = stopLimit
        try await ServiceGroup(configuration: configuration).run()
    }
}
