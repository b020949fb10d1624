import HoldfastCore
public import HoldfastStore

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
    /// How many of a job's log lines may wait for a transaction before its handler waits too.
    public var pendingNotes = 256
    /// How long running steps may go on when the engine is told to stop.
    public var drainTimeout: Duration = .seconds(3)
    /// How long the engine waits before it tries a failed write again.
    public var storeRetryInterval: Duration = .milliseconds(250)
    /// The name of the host in workers' names.
    ///
    /// It is shown to people and decides nothing.
    public var workerName: String

    /// The standard values.
    public init(workerName: String = "worker") { self.workerName = workerName }
}
