import HoldfastCore
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Synchronization
import Testing

/// A log on a SQLite file, with short words for what the tests do again and again.
final class SampleLog: Sendable {
    let store: SQLiteStore
    let log: EventLog
    let clock: ManualClock
    private let ids: Mutex<(JobIDSequence, SeededRandom)>

    init(
        _ store: SQLiteStore, seed: UInt64 = 1, configuration: LogConfiguration = LogConfiguration()
    ) throws {
        let clock = ManualClock()
        self.store = store
        self.clock = clock
        log = try EventLog(
            store, configuration: configuration,
            environment: .testing(clock: clock, random: SeededRandom(seed: seed)))
        ids = Mutex((JobIDSequence(), SeededRandom(seed: seed &+ 100)))
    }

    /// Opens a log on a store, and closes it when the body is done.
    static func with<Result>(
        _ store: SQLiteStore, seed: UInt64 = 1, configuration: LogConfiguration = LogConfiguration(),
        _ body: (SampleLog) async throws -> Result
    ) async throws -> Result {
        let sample = try SampleLog(store, seed: seed, configuration: configuration)
        do {
            let result = try await body(sample)
            await sample.log.close()
            return result
        } catch {
            await sample.log.close()
            throw error
        }
    }

    /// An id above all that were handed out before.
    func newID() -> JobID { ids.withLock { $0.0.next(at: clock.timestamp, random: $0.1.next()) } }

    /// Begins a job.
    @discardableResult
    func enqueue(
        kind: JobKind = "sample.job", queue: QueueName = .default, priority: JobPriority = .normal,
        notBefore: Timestamp? = nil, key: JobKey? = nil, owner: Owner? = nil, tags: [JobTag] = [],
        limitKey: LimitKey? = nil
    ) async throws -> JobID {
        let id = newID()
        let event = JobEnqueued(
            kind: kind, queue: queue, priority: priority, input: .null, notBefore: notBefore, key: key,
            owner: owner, tags: tags, retry: .constant(maxAttempts: 2, every: .seconds(10)),
            limitKey: limitKey)
        return try await log.write { try $0.enqueue(event, as: id, by: .person("ana")).state.id }
    }

    /// Gives a command to a job.
    @discardableResult
    func execute(_ command: JobCommand, on job: JobID) async throws -> [RecordedEvent] {
        try await log.write { try $0.execute(command, on: job, by: .person("ana")) }
    }

    /// Claims a job.
    func start(_ job: JobID) async throws -> LeaseToken {
        let events = try await execute(.start(worker: "worker-1", engine: "engine-1"), on: job)
        return LeaseToken(try #require(events.first).position)
    }

    /// Writes several times as the holder of a lease, in one transaction.
    func work(_ commands: [WorkCommand], on job: JobID, _ token: LeaseToken) async throws {
        try await log.write { transaction in
            for command in commands {
                try transaction.execute(.work(token, command), on: job, by: .worker("worker-1"))
            }
        }
    }

    /// A job that runs.
    func running(kind: JobKind = "sample.job") async throws -> (JobID, LeaseToken) {
        let job = try await enqueue(kind: kind)
        return (job, try await start(job))
    }

    /// Begins a child of a job that runs.
    func spawn(_ child: JobID, of parent: JobID, _ token: LeaseToken) async throws {
        try await log.write { transaction in
            let spawned = ChildSpawned(child: WaitKey(.child, "a"), job: child, kind: "sample.job")
            let event = JobEnqueued(
                kind: "sample.job", input: .null, retry: .constant(maxAttempts: 1, every: .seconds(1)),
                parent: ParentLink(job: parent, child: spawned.child))
            try transaction.execute(.enqueue(event), on: child, by: .person("ana"))
            try transaction.execute(
                .work(token, .spawn(spawned, recorded: nil)), on: parent, by: .worker("worker-1"))
        }
    }

    /// The state of a job, as a reader sees it.
    func state(_ job: JobID) async throws -> JobState {
        let state = try await log.read { try $0.job(job) }
        return try #require(state)
    }

    /// Queues with limits and a pause, and jobs with limit keys that run, wait and have ended.
    func limits() async throws {
        let rate = QueueRate(10, per: .seconds(1))
        try await log.write { transaction in
            try transaction.execute(
                .configure(QueueLimits(concurrency: 9, rate: rate, weight: 3, perKey: 1)), on: "keyed",
                by: .person("ana"))
            try transaction.execute(.pause(reason: "lunch"), on: "slow", by: .person("ana"))
            try transaction.execute(.pause(reason: nil), on: "keyed", by: .person("ana"))
            try transaction.execute(.resume(reason: nil), on: "keyed", by: .person("ana"))
        }
        for key in ["a", "b", "a", "c", "a"] as [LimitKey] {
            let job = try await enqueue(queue: "keyed", limitKey: key)
            let further = try await enqueue(queue: "keyed", priority: .high, limitKey: key)
            let token = try await start(job)
            clock.advance(by: .milliseconds(7))
            if key == "b" { try await work([.complete(output: .null)], on: job, token) }
            try await execute(.steer(.pause(reason: nil)), on: further)
            if key == "a" { try await execute(.steer(.resume(reason: nil)), on: further) }
        }
    }

    /// Requests that were answered, of each form that there is.
    func requests() async throws {
        let job = try await enqueue()
        try await log.write { transaction in
            let mark = RequestMark(id: "r-1", content: [1])
            transaction.note(.job(job), to: mark, kind: "sample.job", owner: nil, by: .person("ana"))
            transaction.note(.job(job), to: mark, kind: "sample.job", owner: "ana", by: .person("ana"))
            transaction.note(.bulk("bulk-1"), to: mark, kind: nil, owner: "ana", by: .person("ana"))
        }
    }

    /// A bulk operation that has finished, one that is in the middle and one that has not begun.
    func bulkOperations() async throws {
        let jobs = [newID(), newID()].sorted()
        try await log.write { transaction in
            for id in ["bulk-1", "bulk-2", "bulk-3"] as [BulkID] {
                let order = BulkStarted(
                    id: id, command: .retry(reason: "again"), filter: JobFilter(phases: [.failed], kind: "a"),
                    spread: .seconds(60), through: jobs[1])
                transaction.record(.bulk(.started(order)), by: .person("ana"))
                guard id != "bulk-3" else { continue }
                let count = BulkCount(matched: 7, changed: 5, refused: 1, cursor: jobs[0])
                transaction.record(
                    .bulk(.progressed(BulkProgressed(id: id, engine: "e", count: count))), by: .engine("e"))
                guard id == "bulk-1" else { continue }
                transaction.record(.bulk(.finished(BulkFinished(id: id, count: count))), by: .engine("e"))
            }
        }
    }

    /// A job in each state that there is.
    func oneOfEach() async throws -> [JobPhaseName: JobID] {
        let failure = JobFailure(
            type: "SampleError", message: "broken", step: StepKey("parse", occurrence: 2))
        var jobs: [JobPhaseName: JobID] = [:]
        jobs[.scheduled] = try await enqueue(notBefore: clock.timestamp + .seconds(60))
        jobs[.queued] = try await enqueue(priority: .high, key: "one", owner: "ana", tags: ["blue", "red"])
        let (running, token) = try await running()
        try await work(
            [
                .startStep(StepKey("parse"), recorded: nil),
                .completeStep(StepKey("parse"), output: .null, duration: 5, recorded: nil),
                .updateProgress(
                    Progress(.count(done: 3, total: 9), phase: "inserting", counters: ["rows": 3])),
            ], on: running, token)
        try await execute(.steer(.cancel(reason: "duplicate")), on: running)
        jobs[.running] = running
        let paused = try await enqueue(notBefore: clock.timestamp + .seconds(90))
        try await execute(.steer(.pause(reason: nil)), on: paused)
        jobs[.paused] = paused
        let (completed, completedToken) = try await self.running()
        try await work([.complete(output: .null)], on: completed, completedToken)
        jobs[.completed] = completed
        let (failed, failedToken) = try await self.running()
        try await work([.failAttempt(failure, .discard)], on: failed, failedToken)
        jobs[.failed] = failed
        let cancelled = try await enqueue()
        try await execute(.steer(.cancel(reason: "not needed")), on: cancelled)
        jobs[.cancelled] = cancelled
        return jobs
    }
}

extension SampleLog {
    /// Keeps a small file with a job.
    @discardableResult
    func save(
        _ name: ArtifactName, _ content: [UInt8], on job: JobID, _ token: LeaseToken
    ) async throws -> ArtifactSaved {
        let text = String(decoding: content, as: UTF8.self)
        let saved = ArtifactSaved(
            name: name, mediaType: .text, bytes: Int64(content.count),
            sha256: SHA256Sum(of: text).hexadecimal)
        let upload = BlobUpload(id: "upload \(newID())", job: job, token: token)
        try await log.write { transaction in
            if try !transaction.hasBlob(saved.sha256) { try transaction.append(content, to: upload, at: 0) }
            try transaction.save(saved, from: upload, on: job, token, by: .worker("worker-1"))
        }
        return saved
    }
}

extension WorkCommand {
    /// A small event of the application's own.
    static func note(_ number: Int) -> WorkCommand {
        .emit(AppEmitted(name: "note", payload: .inline(JSONText(unchecked: "\(number)"))))
    }
}
