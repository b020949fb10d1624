public import HoldfastCore
public import HoldfastStore
public import Metrics
public import Tracing

/// How an engine behaves.
///
/// The standard values suit a server.
public struct EngineConfiguration: Sendable {
    /// The limits of the log, among them how long a lease lasts.
    public var log = LogConfiguration()
    /// How often leases are renewed.
    public var renewalInterval: Duration = .seconds(10)
    /// How often other engines' locks and expired leases are looked at.
    public var reapingInterval: Duration = .seconds(1)
    /// After how many crashes in a row without a newly recorded step a job is paused.
    public var crashLimit = 5
    /// How many updates of progress of one job are recorded in a second; the rest is merged, the last value
    /// kept.
    public var progressPerSecond = 10
    /// How many of a job's log lines may wait for a transaction before `JobContext.log` waits too, and before
    /// `JobContext.logger` leaves lines out and counts them.
    ///
    /// Warnings and errors of a logger have as many places again.
    public var pendingNotes = 256
    /// The least serious lines that `JobContext.logger` records.
    public var jobLogLevel = LogLevel.info
    /// Whether the lines of `JobContext.logger` also go to the engine's own logger.
    public var passesJobLogsOn = false
    /// How many jobs run at once in this process, over all queues; nil for as many as the handlers were registered for.
    ///
    /// Where it is given, queues share the places by their weights.
    public var maxRunningJobs: Int?
    /// How long running steps may go on when the engine is told to stop.
    public var drainTimeout: Duration = .seconds(3)
    /// How long nothing of a waiting handler must have been in flight before the engine takes its lease and its task
    /// away.
    ///
    /// By then all branches have opened their waits. The handler starts again from the top when one of them ends.
    public var waitingGrace: Duration = .seconds(1)
    /// How long the handler of a cancelled job has to stop, where whoever cancels does not say; nil for as long as it
    /// takes.
    ///
    /// After that the job is cancelled and what its handler still writes is refused.
    public var cancelTimeout: Duration? {
        get { log.cancelTimeout }
        set { log.cancelTimeout = newValue }
    }
    /// How long the current step of a paused job may go on, where whoever pauses does not say.
    public var pauseTimeout: Duration? = .seconds(30)
    /// How long the engine waits before it tries a failed write again.
    public var storeRetryInterval: Duration = .milliseconds(250)
    /// Where measurements go; nil for what `MetricsSystem` was given when the engine is made.
    ///
    /// Their names are a contract: see the page *Observability*.
    public var metrics: (any MetricsFactory)?
    /// How often what no single commit tells is measured: how many jobs wait, the size of the write-ahead log.
    public var metricsInterval: Duration = .seconds(10)
    /// Where spans go; nil for what `InstrumentationSystem` was given when the engine is made.
    public var tracer: (any Tracer)?
    /// By how much a run of a schedule may be late and still count as on time.
    ///
    /// It matters to schedules that leave missed runs out.
    public var scheduleGrace: Duration = .seconds(10)
    /// Whether a run fails whose steps are not those of the log: it asks for a new one before recorded ones, or ends
    /// without having asked for a recorded one.
    ///
    /// Otherwise a new step simply runs and a recorded one that was not asked for is reported as unused. A job without
    /// recorded steps never fails for this. The job gets no further attempt then; a retry keeps its recorded steps.
    public var matchesStepsStrictly = false
    /// By which rules the engine prunes jobs that ended, of its own accord; nil for none.
    ///
    /// The rules are recorded when the engine starts, so that `holdfast doctor` can tell when they are not kept.
    public var retention: RetentionPolicy?
    /// Where handlers and the engine's own duties run; nil for the global executor.
    package var executor: (any TaskExecutor)?
    /// Who is told what handlers ask for; nil for nobody.
    package var observer: (any CallObserver)?
    /// The name of the host in workers' names.
    ///
    /// It is shown to people and decides nothing.
    public var workerName: String

    /// The standard values.
    public init(workerName: String = "worker") { self.workerName = workerName }
}
