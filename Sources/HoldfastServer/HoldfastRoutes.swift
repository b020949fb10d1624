public import HoldfastEngine
import HoldfastStore
public import Hummingbird
public import ServiceLifecycle

/// The endpoints of an engine, to be mounted on any Hummingbird router.
///
/// It is a service as well: add it to the application's services, because streams are woken by it. An
/// application whose
/// router has other routes that must be protected brings its own middleware; these routes refuse cross-site
/// requests
/// that change something, and leave the check of `Host` to the application.
public struct HoldfastRoutes: Service {
    let scope: RouteScope

    /// Prepares the endpoints of an engine.
    ///
    /// - Parameters:
    ///   - engine: Whose jobs are served; it is run and closed by whoever made it.
    ///   - streams: How streams behave.
    ///   - bodyLimit: The largest body that is read, in bytes; nil for the log's limit of a payload and 1 MiB
    ///     more.
    ///   - environment: Where intervals and the jitter of reconnects come from.
    public init(
        engine: JobEngine, streams: StreamConfiguration = StreamConfiguration(), bodyLimit: Int? = nil,
        environment: EngineEnvironment = .system
    ) {
        scope = RouteScope(
            engine: engine,
            streams: StreamHub(
                log: engine.log, configuration: streams, metrics: engine.metrics, environment: environment),
            streamConfiguration: streams,
            bodyLimit: bodyLimit ?? engine.log.configuration.payloadLimit + 1024 * 1024,
            environment: environment)
    }

    /// Wakes the streams until the service group asks for a graceful stop.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await scope.streams.operate() }
    }

    /// Adds the API: everything below `/v1`.
    public func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let scope = scope
        var table = RouteTable(router)
        table.on("v1/jobs", .post) { request, _ in try await scope.enqueueJob(request) }
        table.on("v1/jobs", .get) { request, _ in try await scope.listJobs(request) }
        table.on("v1/jobs/:id", .get) { request, path in try await scope.showJob(request, path) }
        table.on("v1/jobs/:id/payloads/:sha256", .get) { try await scope.showPayload($0, $1) }
        table.on("v1/jobs/:id/artifacts", .get) { try await scope.listArtifacts($0, $1) }
        table.on("v1/jobs/:id/artifacts/**", .get) { try await scope.showArtifact($0, $1) }
        table.on("v1/jobs/:id/events", .get) { try await scope.showHistory($0, $1) }
        table.on("v1/jobs/:id/stream", .get) { try await scope.streamJob($0, $1) }
        table.on("v1/stream", .get) { request, _ in try await scope.streamLog(request) }
        table.on("v1/jobs/:id/budget", .post) { try await scope.raiseBudget($0, $1) }
        for verb in SteerVerb.allCases {
            table.on("v1/jobs/:id/\(verb.rawValue)", .post) { try await scope.steerJob(verb, $0, $1) }
        }
        ClientRoutes().add(to: &table)
        addWaits(to: &table)
        addSchedules(to: &table)
        addQueues(to: &table)
        table.on("v1/bulk", .post) { request, _ in try await scope.startBulk(request) }
        table.on("v1/bulk", .get) { request, _ in try await scope.listBulk(request) }
        table.on("v1/bulk/:id", .get) { try await scope.showBulk($0, $1) }
        table.refuseOtherMethods()
    }

    private func addSchedules(to table: inout RouteTable<some RequestContext>) {
        let scope = scope
        table.on("v1/schedules", .get) { request, _ in try await scope.listSchedules(request) }
        table.on("v1/schedules/:name", .get) { try await scope.showSchedule($0, $1) }
        table.on("v1/schedules/:name", .put) { try await scope.setSchedule($0, $1) }
        table.on("v1/schedules/:name", .delete) { try await scope.removeSchedule($0, $1) }
        for verb in ScheduleVerb.allCases {
            table.on("v1/schedules/:name/\(verb.rawValue)", .post) {
                try await scope.steerSchedule(verb, $0, $1)
            }
        }
    }

    /// Checkpoints, signals and forks.
    private func addWaits<Context: RequestContext>(to table: inout RouteTable<Context>) {
        let scope = scope
        table.on("v1/checkpoints", .get) { request, _ in try await scope.listCheckpoints(request) }
        table.on("v1/jobs/:id/checkpoints", .get) { try await scope.showCheckpoints($0, $1) }
        table.on("v1/jobs/:id/checkpoints/:name", .post) { try await scope.decideCheckpoint($0, $1) }
        table.on("v1/jobs/:id/checkpoints/:name/:occurrence", .post) {
            try await scope.decideCheckpoint($0, $1)
        }
        table.on("v1/jobs/:id/signal", .post) { try await scope.signalJob($0, $1) }
        table.on("v1/jobs/:id/fork", .post) { try await scope.forkJob($0, $1) }
    }

    /// Queues.
    private func addQueues<Context: RequestContext>(to table: inout RouteTable<Context>) {
        let scope = scope
        table.on("v1/queues", .get) { request, _ in try await scope.listQueues(request) }
        table.on("v1/queues/:name", .get) { try await scope.showQueue($0, $1) }
        table.on("v1/queues/:name", .put) { try await scope.configureQueue($0, $1) }
        for verb in QueueVerb.allCases {
            table.on("v1/queues/:name/\(verb.rawValue)", .post) { try await scope.steerQueue(verb, $0, $1) }
        }
    }

    /// Adds `/healthz` and `/readyz`.
    public func addHealth<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let scope = scope
        var table = RouteTable(router)
        table.on("healthz", .get) { _, _ in scope.showHealth() }
        table.on("readyz", .get) { _, _ in try await scope.showReadiness() }
        table.refuseOtherMethods()
    }

    /// Adds `/metrics`: what was measured, for Prometheus.
    public func addMetrics<Context: RequestContext>(
        _ metrics: PrometheusMetrics, to router: some RouterMethods<Context>
    ) {
        let scope = scope
        var table = RouteTable(router)
        table.on("metrics", .get) { _, _ in scope.showMetrics(metrics) }
        table.refuseOtherMethods()
    }
}

/// What every endpoint works with.
struct RouteScope: Sendable {
    let engine: JobEngine
    let streams: StreamHub
    let streamConfiguration: StreamConfiguration
    let bodyLimit: Int
    let environment: EngineEnvironment
}
