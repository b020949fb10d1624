public import HoldfastCore
public import HoldfastStore
public import Logging
import Metrics
public import ServiceLifecycle
import Tracing

/// The public face of the engine: it assembles the parts and holds no rules.
///
/// Enqueueing, steering, reading and following work as soon as it is made; jobs are run while `run()` is
/// running, which
/// a `ServiceGroup` does. A program that only enqueues never calls it.
public final class JobEngine: Service, Sendable {
    /// The event log under it.
    public let log: EventLog
    /// How it behaves.
    public let configuration: EngineConfiguration
    /// Names this instance; its leases carry it.
    public let id: EngineID
    let environment: EngineEnvironment
    let logger: Logger
    let registry = HandlerRegistry()
    let ids: JobIDSource
    let bulkDesk = BulkDesk()
    /// Measures what the engine does; nil where nobody wants to know.
    package let metrics: EngineMetrics?
    /// Opens spans for what the engine does; nil where nobody traces.
    let tracing: EngineTracing?

    /// Opens an engine over a store.
    ///
    /// - Throws: `StoreError` when the store cannot be opened.
    public init(
        _ store: some StorageBackend, configuration: EngineConfiguration = EngineConfiguration(),
        environment: EngineEnvironment = .system, logger: Logger = Logger(label: "holdfast")
    ) throws(StoreError) {
        metrics = EngineMetrics(configuration.metrics ?? MetricsSystem.factory)
        tracing = EngineTracing(configuration.tracer ?? InstrumentationSystem.tracer)
        log = try EventLog(
            store, configuration: configuration.log, environment: environment.log, observer: metrics)
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
        id = EngineID(unchecked: Hexadecimal.text(of: environment.log.identity()))
        ids = JobIDSource(environment)
    }

    /// Lets this engine run jobs of a kind.
    ///
    /// It must be called before `run()`. A second handler of the same kind on the same queue replaces the
    /// first.
    ///
    /// - Parameters:
    ///   - handler: Does the work.
    ///   - queue: The lane to take jobs from; nil for the kind's own.
    ///   - concurrency: How many jobs of this kind run at once in this process, from 1.
    public func register<Handler: JobHandler>(
        _ handler: Handler, on queue: QueueName? = nil, concurrency: Int = 4
    ) {
        registry.add(
            RegisteredHandler(handler), on: queue ?? Handler.Input.queue, concurrency: max(1, concurrency))
    }

    /// Runs jobs until the service group asks for a graceful stop or the task is cancelled; then drains.
    ///
    /// - Throws: `StoreError` when the store cannot be used at the start, `LogIsReadOnly` when nothing may be written.
    public func run() async throws {
        guard !log.configuration.isReadOnly else { throw LogIsReadOnly() }
        try await JobRunner(self).run()
    }

    /// Whether the engine can do its work now, and if not, why.
    public var health: EngineHealth { registry.health }

    /// Ends the log.
    ///
    /// Everything that was given to it is durable then; later calls fail with `StoreError.closed`.
    public func close() async { await log.close() }
}

/// Whether an engine can do its work now.
public enum EngineHealth: Hashable, Sendable {
    /// It claims and runs jobs, or was never asked to.
    case ready
    /// It does not claim, because the store fails.
    case storeFails(String)
    /// It was told to stop.
    case draining
}
