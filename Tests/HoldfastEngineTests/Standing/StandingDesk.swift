import HoldfastCore
import HoldfastEngine
import HoldfastStore
import HoldfastTesting
import Testing

/// An engine that runs nothing, and workers that are played one event at a time: a test decides what is known.
struct StandingDesk: Sendable {
    let engine: JobEngine
    let store: InMemoryStore
    let clock: ManualClock
    let worker: WorkerID = "mill/default"

    /// Gives a body a desk; unless it says otherwise, a worker that lives takes chores from the standard queue.
    static func run(hasWorker: Bool = true, _ test: (StandingDesk) async throws -> Void) async throws {
        let (store, clock) = (InMemoryStore(), ManualClock())
        try await TestEngine.idle(over: store, clock: clock) { engine in
            let desk = StandingDesk(engine: engine, store: store, clock: clock)
            if hasWorker { try await desk.join("mill/default", engine: "mill-1") }
            try await test(desk)
        }
    }

    /// Plays a worker that begins to look for jobs.
    func join(
        _ worker: WorkerID, engine id: EngineID, queues: [QueueName] = [.default],
        kinds: [JobKind] = [Chore.kind]
    ) async throws {
        try store.announce(id)
        let joined = WorkerJoined(worker: worker, engine: id, queues: queues, kinds: kinds)
        try await engine.log.write { _ = $0.record(.workerJoined(joined), by: .engine(id)) }
    }

    /// Plays a worker that is told to stop.
    func leave(_ worker: WorkerID, engine id: EngineID) async throws {
        let left = WorkerLeft(worker: worker, engine: id, reason: "shutdown")
        try await engine.log.write { _ = $0.record(.workerLeft(left), by: .engine(id)) }
        store.resign(id)
    }

    /// Enqueues a chore.
    func enqueue(_ options: EnqueueOptions = EnqueueOptions(), kind: JobKind = Chore.kind) async throws
        -> JobID
    {
        let request = EnqueueRequest(
            kind: kind, input: .emptyObject, options: options, acceptsAnyKind: true)
        return try await engine.enqueue(request, by: .person("ana")).state.id
    }

    /// Claims a job.
    @discardableResult
    func start(_ job: JobID) async throws -> LeaseToken {
        let worker = worker
        let started = try await engine.log.write { transaction in
            try transaction.execute(.start(worker: worker, engine: "mill-1"), on: job, by: .worker(worker))
        }
        return LeaseToken(try #require(started.first).position)
    }

    /// Claims a job and does what is asked for under the lease.
    func work(_ job: JobID, _ commands: WorkCommand...) async throws { try await work(job, commands) }

    /// Claims a job and does what is asked for under the lease.
    func work(_ job: JobID, _ commands: [WorkCommand]) async throws {
        try await work(job, try await start(job), commands)
    }

    /// Does what is asked for under a lease.
    func work(_ job: JobID, _ token: LeaseToken, _ commands: [WorkCommand]) async throws {
        let worker = worker
        try await engine.log.write { transaction in
            for command in commands {
                try transaction.execute(.work(token, command), on: job, by: .worker(worker))
            }
        }
    }

    /// Why a job is where it is; reading its JSON again gives the same.
    func reasons(of job: JobID) async throws -> [StandingReason] {
        let standing = try await engine.standing(of: job)
        #expect(try JobStanding(parsing: standing.json) == standing)
        #expect(standing.at == clock.timestamp)
        return standing.reasons
    }

    /// The codes of why a job is where it is.
    func codes(of job: JobID) async throws -> [StandingReason.Code] { try await reasons(of: job).map(\.code) }
}
