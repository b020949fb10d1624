import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// What the commands that read and steer work on: a database file, or a server that has one open.
///
/// A command is written once against this, so that it does and prints the same for both.
protocol CommandTarget: ReadingTarget, InspectingTarget, SteeringTarget, InsightTarget, AuditTarget {}

/// What can be read.
protocol ReadingTarget: Sendable {
    /// The file or the address, for messages.
    var name: String { get }
    /// Where the log ends.
    func head() async throws -> LogHead
    /// The newest jobs whose id begins or ends with digits, at most `limit`.
    func jobs(named part: JobIDPart, limit: Int) async throws -> [JobState]
    /// A page of jobs as they are, or were at a moment, the newest first.
    func jobs(_ query: JobQuery, at moment: LogMoment?) async throws -> [JobState]
    /// Everything that is known about a job, or was at a moment.
    func sheet(of job: JobID, logs: Int, at moment: LogMoment?) async throws -> JobSheet
    /// Hands out events as they happen, up to the end of the job's life; those of all jobs for ever.
    func follow(
        _ job: JobID?, from start: StreamStart,
        _ body: @escaping @Sendable ([StoredEvent]) async throws -> Void
    ) async throws
    /// The files that a job keeps, by name.
    func artifacts(of job: JobID) async throws -> [ArtifactRecord]
    /// One of them; nil when there is none of the name.
    func artifact(_ name: ArtifactName, of job: JobID) async throws -> ArtifactRecord?
    /// Hands out the bytes of a file, chunk by chunk.
    func readContent(
        of artifact: ArtifactRecord, of job: JobID, _ body: ([UInt8]) throws -> Void
    ) async throws
    /// Hands out the bytes of a job's export, piece by piece.
    func readExport(
        of job: JobID, withArtifacts: Bool, _ body: ([UInt8]) throws -> Void
    ) async throws
    /// The oldest checkpoints that wait for a person, or waited at a moment, on one page.
    func openCheckpoints(limit: Int, at moment: LogMoment?) async throws -> CheckpointPage
    /// All queues as they are, or were at a moment, by name.
    func queues(at moment: LogMoment?) async throws -> [QueueReport]
    /// All schedules, by name, each with so many next moments.
    func schedules(times: Int) async throws -> [ScheduleListing]
    /// The newest bulk operations.
    func bulkOperations(limit: Int) async throws -> [BulkOperation]
    /// How many jobs a bulk operation would meet now.
    func count(_ filter: JobFilter) async throws -> Int
    /// What a fork would reuse.
    func forkOutline(of job: JobID, at step: StepKey) async throws -> ForkOutline
}

/// What can be asked for; who asks is known to the target.
protocol SteeringTarget: Sendable {
    /// Adds a job; `request` names the request, so that it can be made again.
    func enqueue(_ body: EnqueueBody, request: RequestKey?) async throws -> EnqueuedJob
    /// Steers a job, and gives it as it is then.
    func steer(_ verb: SteerVerb, _ job: JobID, _ body: SteerBody) async throws -> JobState
    /// Decides a checkpoint, and gives the decision that counts.
    func decide(
        _ name: WaitName, occurrence: Int?, of job: JobID, _ body: DecisionBody
    ) async throws -> CheckpointDecision
    /// Tells a job something, and gives it as it is then.
    func signal(_ body: SignalBody, to job: JobID, request: RequestKey?) async throws -> JobState
    /// Makes a new job of an existing one.
    func fork(_ job: JobID, _ body: ForkBody) async throws -> JobState
    /// Lets a job spend more, and gives it as it is then.
    func raiseBudget(of job: JobID, _ body: BudgetBody) async throws -> JobState
    /// Destroys the key of a job, which may be archived or pruned.
    func destroyKey(of job: JobID, reason: String?) async throws
    /// Changes what a queue allows, and gives it as it is then.
    func configure(_ queue: QueueName, _ body: QueueChangeBody) async throws -> QueueReport
    /// Pauses or resumes a queue, and gives it as it is then.
    func steer(_ verb: QueueVerb, _ queue: QueueName, reason: String?) async throws -> QueueReport
    /// Sets a schedule, and tells whether that was news.
    func setSchedule(
        _ name: ScheduleName, _ body: ScheduleBody
    ) async throws -> (listing: ScheduleListing, isChanged: Bool)
    /// Steers a schedule, and gives it as it is then.
    func steer(_ verb: ScheduleVerb, _ name: ScheduleName, reason: String?) async throws -> ScheduleListing
    /// Ends a schedule, and gives it as it was.
    func removeSchedule(_ name: ScheduleName, reason: String?) async throws -> ScheduleListing
    /// Gives a command to many jobs and waits for the end of that; `progress` is told how far it is.
    func bulk(
        _ body: BulkBody, progress: (BulkOperation) async throws -> Void
    ) async throws -> BulkOperation
}
