public import HoldfastCore

/// Keeps the log and its projections: what a database adapter implements.
///
/// The seam is small and a backend decides nothing: rules live in the core, order and sealing in
/// `LogTransaction`.
/// All calls are synchronous; `EventLog` runs them on threads of its own.
public protocol StorageBackend: Sendable {
    /// The random identity of the log, renewed by a restore: 32 lower-case hexadecimal digits.
    var identity: String { get }
    /// Opens the one connection that writes. It is used by one thread.
    func openWriter() throws(StoreError) -> any StorageWriter
    /// Opens a connection that only reads. It is used by one thread at a time.
    func openReader() throws(StoreError) -> any StorageReader
}

/// What a backend can do when several processes may share its file.
public protocol SharedStorage: StorageBackend {
    /// Says that an engine instance lives, until it is resigned or the process ends.
    ///
    /// - Throws: `StoreError` when the evidence cannot be put beside the database.
    func announce(_ engine: EngineID) throws(StoreError)
    /// Takes the announcement back.
    func resign(_ engine: EngineID)
    /// Tells whether there is proof that the engine's process is dead. False when it lives and when nobody
    /// can tell.
    func isProvedDead(_ engine: EngineID) -> Bool
    /// Tells whether an engine has announced itself and its process lives.
    ///
    /// Asking takes no evidence away, so anybody may ask, also who may only read the store.
    func isAlive(_ engine: EngineID) -> Bool
    /// Blocks up to `milliseconds` and gives the head of the log when another process moved it since the last
    /// call.
    ///
    /// It is called by one thread, again and again, and costs next to nothing while nothing happens.
    func awaitForeignCommit(_ probe: any StorageReader, milliseconds: Int) throws(StoreError)
        -> EventLogPosition?
}

/// Where the log ends.
public struct LogHead: Hashable, Sendable {
    /// The position of the last event ever written, also when it was pruned.
    public let position: EventLogPosition
    /// The hash of the last event; zero before the first one.
    public let hash: SHA256Sum

    /// Puts both together.
    public init(position: EventLogPosition, hash: SHA256Sum) {
        self.position = position
        self.hash = hash
    }

    /// The head of an empty log.
    public static let beginning = LogHead(position: .beginning, hash: .zero)
}

/// A worker's time-limited right to a job, as the `leases` table keeps it.
public struct Lease: Hashable, Sendable {
    /// The job.
    public let job: JobID
    /// The fencing number.
    public let token: LeaseToken
    /// Who holds it.
    public let worker: WorkerID
    /// The engine instance of the holder.
    public let engine: EngineID
    /// When it ends unless it is renewed.
    public let expiresAt: Timestamp

    /// Puts the values together.
    public init(job: JobID, token: LeaseToken, worker: WorkerID, engine: EngineID, expiresAt: Timestamp) {
        self.job = job
        self.token = token
        self.worker = worker
        self.engine = engine
        self.expiresAt = expiresAt
    }
}

/// The connection that writes.
///
/// Every read sees what was written before it in the same transaction.
public protocol StorageWriter {
    /// Begins a transaction that holds the write lock.
    ///
    /// - Returns: The head of the log, and whether another connection wrote since this one last committed.
    func begin() throws(StoreError) -> (head: LogHead, changedByOthers: Bool)
    /// Makes the transaction durable, as the configured mode says.
    func commit() throws(StoreError)
    /// Gives the transaction up. It cannot fail: a broken connection has lost it anyway.
    func rollback()
    /// Writes rows; called at most a few times in a transaction.
    func write(_ writes: WriteSet) throws(StoreError)
    /// The state of a job.
    func job(_ id: JobID) throws(StoreError) -> JobState?
    /// Where the events of a job that has ended stand; nil when there is no such job.
    func span(of job: JobID) throws(StoreError) -> EventSpan?
    /// The record of a step.
    func step(_ step: StepKey, of job: JobID) throws(StoreError) -> StepRecord?
    /// The record of a wait.
    func wait(_ key: WaitKey, of job: JobID) throws(StoreError) -> WaitRecord?
    /// The waits of a job that a query describes.
    func waits(of job: JobID, _ query: WaitQuery) throws(StoreError) -> [WaitRecord]
    /// Open waits that end by themselves at or before `moment`, the earliest first.
    func dueWaits(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobWait]
    /// The newest job of an owner and kind with this key, among all or among those that have not ended.
    func newestJob(
        _ key: JobKey, kind: JobKind, owner: Owner?, unfinishedOnly: Bool
    ) throws(StoreError) -> JobID?
    /// Jobs that wait for a worker: higher priority first, then older ids.
    ///
    /// Where `perKey` is given, of the jobs with one limit key and of one kind only the first is among them, and none
    /// while so many jobs of that key run; the others do not stand in the way, however many they are.
    func queued(
        _ queue: QueueName, kinds: Set<JobKind>, perKey: Int?, limit: Int
    ) throws(StoreError) -> [JobID]
    /// How many jobs of a queue run: those with a limit key, or all of them when it is nil.
    func running(in queue: QueueName, key: LimitKey?) throws(StoreError) -> Int
    /// The queues that were configured or paused, in any order.
    func queues() throws(StoreError) -> [QueueState]
    /// Jobs whose `dueAt` is at or before `moment`, the earliest first.
    func due(_ moment: Timestamp, limit: Int) throws(StoreError) -> [JobID]
    /// The leases that ended at or before `moment`, or that `engine` holds.
    func leases(expiredAt moment: Timestamp, or engine: EngineID?) throws(StoreError) -> [Lease]
    /// The file that a job keeps under a name.
    func artifact(_ name: ArtifactName, of job: JobID) throws(StoreError) -> ArtifactRecord?
    /// Tells whether bytes with this SHA-256 are there, complete.
    func hasBlob(_ sha256: String) throws(StoreError) -> Bool
    /// How a request was answered; nil when it never was.
    func answer(to request: RequestScope) throws(StoreError) -> RequestAnswered?
    /// A bulk operation; nil when there is none of this id.
    func bulkOperation(_ id: BulkID) throws(StoreError) -> BulkOperation?
    /// The kinds that some worker announced in this log.
    func announcedKinds() throws(StoreError) -> Set<JobKind>
    /// A schedule.
    func schedule(_ name: ScheduleName) throws(StoreError) -> ScheduleState?
    /// Schedules that are due at or before `moment`, the earliest first.
    func dueSchedules(_ moment: Timestamp, limit: Int) throws(StoreError) -> [ScheduleName]
}
