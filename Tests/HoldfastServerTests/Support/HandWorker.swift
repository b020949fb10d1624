import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Testing

/// Plays the worker of one job, one event at a time, so that a test decides what the log holds.
struct HandWorker: Sendable {
    let log: EventLog
    let job: JobID
    let token: LeaseToken

    /// Claims a job that waits.
    init(_ server: TestServer, _ job: JobID) async throws {
        log = server.engine.log
        self.job = job
        let started = try await server.engine.log.write { transaction in
            try transaction.execute(.start(worker: "hand", engine: "hands"), on: job, by: .worker("hand"))
        }
        token = LeaseToken(try #require(started.first).position)
    }

    /// Writes one event or several.
    @discardableResult
    func work(_ command: WorkCommand) async throws -> [RecordedEvent] {
        let (job, token) = (job, token)
        return try await log.write { transaction in
            try transaction.execute(.work(token, command), on: job, by: .worker("hand"))
        }
    }

    /// Writes a line of the log.
    @discardableResult
    func say(_ message: String) async throws -> EventLogPosition {
        let events = try await work(.writeLog(LogWritten(level: .info, message: message)))
        return try #require(events.first).position
    }

    /// Writes several lines in one transaction.
    func say(_ messages: [String]) async throws {
        let (job, token) = (job, token)
        try await log.write { transaction in
            for message in messages {
                try transaction.execute(
                    .work(token, .writeLog(LogWritten(level: .info, message: message))), on: job,
                    by: .worker("hand"))
            }
        }
    }

    /// Writes an event of the application's own.
    func emit(_ name: String, _ value: String) async throws {
        try await record(value) { .emit(AppEmitted(name: name, payload: $0)) }
    }

    /// Does a step that has a result.
    func step(_ name: StepName, output: String = "1") async throws {
        let key = StepKey(name)
        try await work(.startStep(key, recorded: nil))
        try await record(output) { .completeStep(key, output: $0, duration: 7, recorded: nil) }
    }

    /// Ends the job.
    func complete(_ output: String = "null") async throws {
        try await record(output) { .complete(output: $0) }
    }

    private func record(_ value: String, as command: @escaping @Sendable (Payload) -> WorkCommand)
        async throws
    {
        let prepared = try log.payload(JSONText(unchecked: value))
        let (job, token) = (job, token)
        try await log.write { transaction in
            prepared.keep(in: transaction)
            try transaction.execute(.work(token, command(prepared.payload)), on: job, by: .worker("hand"))
        }
    }
}
