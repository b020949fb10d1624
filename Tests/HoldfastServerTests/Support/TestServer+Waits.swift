import HoldfastAPI
import HoldfastCore
import HoldfastStore
import Testing

extension HandWorker {
    /// Opens a checkpoint, as a handler does that asks a person.
    func open(
        _ name: WaitName, occurrence: Int = 1, summary: String = "null", until: Timestamp? = nil,
        onDeadline: DeadlineAction = .reject
    ) async throws {
        let event = CheckpointOpened(
            checkpoint: WaitKey(.checkpoint, name, occurrence: occurrence),
            summary: .inline(JSONText(unchecked: summary)), deadline: until, onDeadline: onDeadline)
        try await work(.openCheckpoint(event, recorded: nil))
    }

    /// Gives the lease back and waits for what was opened.
    func wait(for keys: WaitKey...) async throws {
        try await work(.wait(keys.map { .wait($0, until: nil) }, isOver: false))
    }
}

extension TestServer {
    /// A job that waits at a checkpoint, without a lease.
    func asking(
        _ name: WaitName = "gate", summary: String = "null", until: Timestamp? = nil,
        onDeadline: DeadlineAction = .reject
    ) async throws -> JobID {
        let worker = try await HandWorker(self, try await enqueue())
        try await worker.open(name, summary: summary, until: until, onDeadline: onDeadline)
        try await worker.wait(for: WaitKey(.checkpoint, name))
        return worker.job
    }

    /// The kinds of the job's events.
    func kinds(of job: JobID) async throws -> [String] { try await history(of: job).map(\.kind) }

    /// Sends a decision.
    func decide(_ job: JobID, _ rest: String, _ body: String) async throws -> WireAnswer {
        try await send("POST", "/v1/jobs/\(job)/checkpoints/\(rest)", body: body)
    }

    /// Reads a page of a list and gives its objects and the cursor of the next page.
    func page(_ path: String, _ list: String) async throws -> (objects: [JSONFields], next: String?) {
        let answer = try await send("GET", path)
        try #require(answer.status == 200, "\(answer.body)")
        let fields = try answer.fields()
        let objects = try #require(fields.raw(list).flatMap(JSONValues.elements)).map(JSONFields.init)
        return (objects, try fields.string("next"))
    }
}
