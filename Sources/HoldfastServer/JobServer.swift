public import HoldfastEngine
import HoldfastStore
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// Serves one engine over HTTP: the API under `/v1`, `/healthz` and `/readyz`.
///
/// Put it behind the engine in a `ServiceGroup`, so that it stops first. On a graceful stop it accepts
/// nothing more,
/// tells every stream to come back later and ends within `shutdownLimit`.
public struct JobServer: Service {
    /// Where it listens and what it accepts.
    public let configuration: JobServerConfiguration
    let routes: HoldfastRoutes
    private let metrics: PrometheusMetrics?
    private let tls: TLSMaterial?
    private let logger: Logger
    private let endpoints: @Sendable (HoldfastRoutes, inout RouteTable) -> Void
    private let onReady: @Sendable (Int) async -> Void

    /// Prepares a server; nothing is opened yet.
    ///
    /// - Parameters:
    ///   - engine: Whose jobs are served; it is run and closed by whoever made it.
    ///   - configuration: Where to listen and what to accept.
    ///   - environment: Where intervals and the jitter of reconnects come from.
    ///   - endpoints: Adds endpoints of an application, which are behind the same guards as the API.
    ///   - metrics: What `/metrics` shows, which is what the engine was given; nil for no such page.
    ///   - logger: Where the server says what it does.
    ///   - onReady: Is told the port once requests are accepted.
    /// - Throws: `ServerStartError.unprotected` when the address is not loopback, nobody has to say who they are,
    ///   and `insecure` was not said; `.certificate`, `.privateKey`, `.keyMismatch` when the files of `tls` cannot be
    ///   used.
    public init(
        engine: JobEngine, configuration: JobServerConfiguration = JobServerConfiguration(),
        environment: EngineEnvironment = .system,
        endpoints: @escaping @Sendable (HoldfastRoutes, inout RouteTable) -> Void = { _, _ in },
        metrics: PrometheusMetrics? = nil, logger: Logger = Logger(label: "holdfast.server"),
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws(ServerStartError) {
        guard configuration.isLoopback || configuration.insecure || configuration.authentication != nil else {
            throw .unprotected(host: configuration.host)
        }
        tls = try configuration.tls.map { files throws(ServerStartError) in try TLSMaterial(files) }
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        self.endpoints = endpoints
        self.onReady = onReady
        routes = HoldfastRoutes(
            engine: engine, streams: configuration.streams, bodyLimit: configuration.bodyLimit,
            access: configuration.effectiveAccess, environment: environment, logger: logger)
    }

    /// The streams that are open.
    package var streams: StreamHub { routes.scope.streams }

    /// Listens and answers until the service group asks for a graceful stop or the task is cancelled.
    ///
    /// - Throws: `ServerStartError` when it cannot listen.
    public func run() async throws {
        let application = try makeApplication()
        do {
            try await withThrowingTaskGroup(of: ServerPart.self) { group in
                group.addTask {
                    await streams.operate()
                    return .streams
                }
                group.addTask {
                    try await application.run()
                    return .application
                }
                group.addTask {
                    await waitUntilOverdue()
                    return .deadline
                }
                while let ended = try await group.next(), ended == .streams {}
                group.cancelAll()
            }
        } catch let error as IOError {
            throw ServerStartError(error, configuration) ?? error
        } catch is SocketAddressError {
            throw ServerStartError.noSuchAddress(host: configuration.host)
        } catch is SocketAddressError.UnknownHost {
            throw ServerStartError.noSuchAddress(host: configuration.host)
        }
    }

    private func makeApplication() throws -> Application<RouterResponder<ServerContext>> {
        let router = Router(context: ServerContext.self)
        router.add(
            middleware: AccessLog(
                logger: logger, level: configuration.accessLogLevel, now: routes.scope.environment.now))
        if tls != nil { router.add(middleware: ConnectionHeader()) }
        router.add(middleware: ProblemMiddleware())
        if let names = acceptedHosts { router.add(middleware: HostGuard(names: names)) }
        routes.add(to: router)
        routes.addHealth(to: router)
        if let metrics { routes.addMetrics(metrics, to: router) }
        routes.addEndpoints(to: router) { endpoints(routes, &$0) }
        let onReady = onReady
        let port = configuration.port
        return Application(
            router: router,
            server: try tls?.server(configuration)
                ?? .http1(configuration: .init(idleTimeout: TimeAmount(configuration.idleTimeout))),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: port), backlog: configuration.backlog),
            onServerRunning: { await onReady($0.localAddress?.port ?? port) },
            logger: logger)
    }

    /// The names of this server; nil when every name will do.
    private var acceptedHosts: Set<String>? {
        guard configuration.isLoopback || !configuration.hostNames.isEmpty else { return nil }
        return configuration.hostNames.union(["localhost", "127.0.0.1", "::1", configuration.host])
    }

    /// Returns when a graceful stop takes too long, or when the task is cancelled.
    private func waitUntilOverdue() async {
        do {
            try await gracefulShutdown()
            streams.drain()
            try await routes.scope.environment.sleep(configuration.shutdownLimit)
            logger.warning("requests were still open at the end of a graceful stop, and are cut")
        } catch {
            // Cancelled: the application ended before.
        }
    }
}

/// What runs in a server.
private enum ServerPart {
    case streams, application, deadline
}
