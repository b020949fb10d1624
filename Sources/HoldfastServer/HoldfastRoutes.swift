import HoldfastAPI
public import HoldfastEngine
import HoldfastStore
public import Hummingbird
public import Logging
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
    ///   - access: Who may enter, and how much of the server each caller may take.
    ///   - environment: Where time, and chance for reconnects and tokens, come from.
    ///   - logger: Where it is said why a stream was cut, if that is the fault of a view.
    public init(
        engine: JobEngine, streams: StreamConfiguration = StreamConfiguration(), bodyLimit: Int? = nil,
        access: AccessConfiguration = AccessConfiguration(), environment: EngineEnvironment = .system,
        logger: Logger = Logger(label: "holdfast.server")
    ) {
        scope = RouteScope(
            engine: engine,
            streams: StreamHub(
                log: engine.log, configuration: streams, metrics: engine.metrics, environment: environment),
            streamConfiguration: streams,
            bodyLimit: bodyLimit ?? engine.log.configuration.payloadLimit + 1024 * 1024,
            environment: environment,
            access: AccessControl(access, environment: environment), logger: logger)
    }

    /// Wakes the streams until the service group asks for a graceful stop.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await scope.streams.operate() }
    }

    /// Adds the API, or parts of it, below `/v1`.
    ///
    /// The document at `/v1/openapi.json` tells of what was added.
    ///
    /// - Parameters:
    ///   - parts: What is added.
    ///   - router: Where; a group gives all paths a prefix.
    public func add<Context: RequestContext>(
        _ parts: APISelection = .all, to router: some RouterMethods<Context>
    ) {
        let scope = scope
        var table = RouteTable(router, scope)
        if parts.contains(.jobs) { addJobs(to: &table) }
        if parts.contains(.streams) { addStreams(to: &table) }
        if parts.contains(.artifacts) { addArtifacts(to: &table) }
        if parts.contains(.access) { addTokens(to: &table) }
        if parts.contains(.statistics) {
            table.on("v1/stats", .get, .engine(.readEngine)) { request, _, _ in
                try await scope.showStats(request)
            }
            table.on("v1/head", .get, .engine(.readEngine)) { request, _, _ in
                try await scope.showHead(request)
            }
        }
        if parts.contains(.clients) { ClientRoutes().add(to: &table) }
        if parts.contains(.moving) { addMoving(to: &table) }
        if parts.contains(.waits) { addWaits(to: &table) }
        if parts.contains(.schedules) { addSchedules(to: &table) }
        if parts.contains(.queues) { addQueues(to: &table) }
        if parts.contains(.bulk) { addBulk(to: &table) }
        if parts.contains(.insight) { addInsight(to: &table) }
        if parts.contains(.audit) { addAudit(to: &table) }
        if parts.contains(.document) {
            let document = OpenAPIDocument.json(of: table.paths.map(\.path) + ["v1/openapi.json"])
            table.on("v1/openapi.json", .get, .anyone) { request, _, _ in
                try scope.showDocument(request, document)
            }
        }
        table.refuseOtherMethods()
    }

    /// Adds endpoints of an application that keep the same rules as the engine's own.
    ///
    /// - Parameters:
    ///   - router: Where they are added.
    ///   - endpoints: Adds them to the table.
    public func addEndpoints<Context: RequestContext>(
        to router: some RouterMethods<Context>, _ endpoints: (inout RouteTable) -> Void
    ) {
        var table = RouteTable(router, scope)
        endpoints(&table)
        table.refuseOtherMethods()
    }

    /// Jobs: enqueue, list, show, steer.
    private func addJobs(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/jobs", .post, .caller) { request, _, caller in
            try await scope.enqueueJob(request, by: caller)
        }
        table.on("v1/jobs", .get, .caller) { request, _, caller in
            try await scope.listJobs(request, for: caller)
        }
        table.on("v1/jobs/:id", .get, .job(.readJob)) { request, path, _ in
            try await scope.showJob(request, path)
        }
        table.on("v1/jobs/:id/sheet", .get, .job(.readJob)) { request, path, _ in
            try await scope.showSheet(request, path)
        }
        table.on("v1/jobs/:id/payloads/:sha256", .get, .job(.readJob)) { request, path, _ in
            try await scope.showPayload(request, path)
        }
        table.on("v1/jobs/:id/budget", .post, .job(.steerJob)) {
            try await scope.raiseBudget($0, $1, by: $2)
        }
        table.on("v1/jobs/:id/destroy-key", .post, .engine(.changeEngine)) {
            try await scope.destroyKey($0, $1, by: $2)
        }
        table.on("v1/jobs/:id/fork", .post, .job(.steerJob)) { try await scope.forkJob($0, $1, by: $2) }
        for verb in SteerVerb.allCases {
            table.on("v1/jobs/:id/\(verb.rawValue)", .post, .job(.steerJob)) {
                try await scope.steerJob(verb, $0, $1, by: $2)
            }
        }
    }

    /// Histories and streams.
    private func addStreams(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/jobs/:id/events", .get, .jobStream) { try await scope.showHistory($0, $1, for: $2) }
        table.on("v1/jobs/:id/stream", .get, .jobStream) { try await scope.streamJob($0, $1, for: $2) }
        table.on("v1/jobs/:id/durable-stream", .get, .jobStream) {
            try await scope.readDurableStream($0, $1, for: $2)
        }
        table.on("v1/stream", .get, .filterStream) { request, _, caller in
            try await scope.streamLog(request, for: caller)
        }
    }

    private func addArtifacts(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/jobs/:id/artifacts", .get, .job(.readJob)) { request, path, _ in
            try await scope.listArtifacts(request, path)
        }
        table.on("v1/jobs/:id/artifacts/**", .get, .job(.readJob)) { request, path, _ in
            try await scope.showArtifact(request, path)
        }
    }

    /// Exports and imports.
    private func addMoving(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/jobs/:id/export", .get, .engine(.changeEngine)) { request, path, _ in
            try await scope.exportJob(request, path)
        }
        table.on("v1/import", .post, .engine(.changeEngine)) { request, _, caller in
            try await scope.importJob(request, by: caller)
        }
    }

    private func addBulk(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/bulk", .post, .engine(.changeEngine)) { request, _, caller in
            try await scope.startBulk(request, by: caller)
        }
        table.on("v1/bulk", .get, .engine(.readEngine)) { request, _, _ in
            try await scope.listBulk(request)
        }
        table.on("v1/bulk/:id", .get, .engine(.readEngine)) { request, path, _ in
            try await scope.showBulk(request, path)
        }
    }

    /// Stream tokens, and sessions where callers say who they are.
    private func addTokens(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/stream-tokens", .post, .caller, leavesLog: true) { request, _, caller in
            try await scope.issueStreamToken(request, by: caller)
        }
        guard let authentication = scope.access.authenticator.configuration else { return }
        table.on("v1/session", .post, .caller, leavesLog: true) { request, _, caller in
            try await scope.beginSession(request, by: caller, authentication)
        }
        table.on("v1/session", .get, .caller) { _, _, caller in scope.showSession(caller) }
        table.on("v1/session", .delete, .anyone, leavesLog: true) { request, _, _ in
            scope.endSession(request, authentication)
        }
    }

    private func addSchedules(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/schedules", .get, .engine(.readEngine)) { request, _, _ in
            try await scope.listSchedules(request)
        }
        table.on("v1/schedules/:name", .get, .engine(.readEngine)) { request, path, _ in
            try await scope.showSchedule(request, path)
        }
        table.on("v1/schedules/:name", .put, .engine(.changeEngine)) {
            try await scope.setSchedule($0, $1, by: $2)
        }
        table.on("v1/schedules/:name", .delete, .engine(.changeEngine)) {
            try await scope.removeSchedule($0, $1, by: $2)
        }
        for verb in ScheduleVerb.allCases {
            table.on("v1/schedules/:name/\(verb.rawValue)", .post, .engine(.changeEngine)) {
                try await scope.steerSchedule(verb, $0, $1, by: $2)
            }
        }
    }

    /// Checkpoints and signals.
    private func addWaits(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/checkpoints", .get, .caller) { request, _, caller in
            try await scope.listCheckpoints(request, for: caller)
        }
        table.on("v1/jobs/:id/checkpoints", .get, .job(.readJob)) { request, path, _ in
            try await scope.showCheckpoints(request, path)
        }
        for end in ["", "/:occurrence"] {
            table.on("v1/jobs/:id/checkpoints/:name\(end)", .post, .job(.steerJob)) {
                try await scope.decideCheckpoint($0, $1, by: $2)
            }
        }
        table.on("v1/jobs/:id/signal", .post, .job(.steerJob)) { try await scope.signalJob($0, $1, by: $2) }
    }

    /// Queues.
    private func addQueues(to table: inout RouteTable) {
        let scope = scope
        table.on("v1/queues", .get, .engine(.readEngine)) { request, _, _ in
            try await scope.listQueues(request)
        }
        table.on("v1/queues/:name", .get, .engine(.readEngine)) { request, path, _ in
            try await scope.showQueue(request, path)
        }
        table.on("v1/queues/:name", .put, .engine(.changeEngine)) {
            try await scope.configureQueue($0, $1, by: $2)
        }
        table.on("v1/queues/:name", .patch, .engine(.changeEngine)) {
            try await scope.changeQueue($0, $1, by: $2)
        }
        for verb in QueueVerb.allCases {
            table.on("v1/queues/:name/\(verb.rawValue)", .post, .engine(.changeEngine)) {
                try await scope.steerQueue(verb, $0, $1, by: $2)
            }
        }
    }

    /// Adds `/healthz` and `/readyz`.
    public func addHealth<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let scope = scope
        var table = RouteTable(router, scope)
        table.on("healthz", .get, .anyone) { _, _, _ in scope.showHealth() }
        table.on("readyz", .get, .anyone) { _, _, _ in try await scope.showReadiness() }
        table.refuseOtherMethods()
    }

    /// Adds `/metrics`: what was measured, for Prometheus.
    public func addMetrics<Context: RequestContext>(
        _ metrics: PrometheusMetrics, to router: some RouterMethods<Context>
    ) {
        let scope = scope
        var table = RouteTable(router, scope)
        table.on("metrics", .get, .engine(.readEngine)) { _, _, _ in scope.showMetrics(metrics) }
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
    let access: AccessControl
    let logger: Logger
}
