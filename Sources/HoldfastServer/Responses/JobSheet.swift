import HoldfastAPI
package import HoldfastCore
import HoldfastEngine
package import HoldfastStore

/// Everything that is known about one job, as it was at one position.
package struct JobSheet: Hashable, Sendable {
    /// Where it stands, its steps and its newest log lines.
    package let snapshot: JobSnapshot
    /// What the handler was given; nil when the log has lost it.
    package private(set) var input: JSONText?
    /// What the handler returned; nil while there is nothing.
    package private(set) var output: JSONText?

    /// Reads a job.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - logLimit: How many of the newest logged lines to read.
    ///   - reader: Reads the log.
    /// - Throws: `JobRejection.unknownJob`, `PastFault`, `StoreError`, `EventDecodingError`.
    package init(_ job: JobID, logLimit: Int, from reader: any MomentReader) throws {
        guard let snapshot = try reader.snapshot(of: job, logLimit: logLimit) else {
            throw reader.absence(of: job)
        }
        self.snapshot = snapshot
        let through = snapshot.position
        let first = try reader.events(EventQuery(job: job, through: through, limit: 1)).events.first
        if case .job(.enqueued(let event)) = try first?.decoded().event {
            input = try Self.value(of: event.input, reader)
        }
        guard case .completed = snapshot.state.phase else { return }
        let query = EventQuery(job: job, through: through, kinds: [.jobCompleted], limit: 1, fromEnd: true)
        if case .job(.completed(let event)) = try reader.events(query).events.first?.decoded().event {
            output = try Self.value(of: event.output, reader)
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        func list(_ name: String) throws -> [JSONText] {
            try fields.required(name, fields.raw(name).flatMap(JSONValues.elements))
        }
        snapshot = JobSnapshot(
            position: try fields.position("position"),
            state: try JobStateCodec.decode(try fields.required("state", fields.raw("state"))),
            steps: try list("steps").map(StepDocument.record),
            logs: try list("logs").map { try StoredEvent(envelope: $0) }, checkpoints: [],
            hasDoubtfulSteps: try fields.bool("steps_in_doubt") ?? false)
        input = fields.raw("input")
        output = fields.raw("output")
    }

    /// One object: where the job stands, and the input and the output beside it.
    package var json: JSONText {
        JSONWriter.object(capacity: 4096) { writer in
            writer.field("position", snapshot.position.description)
            writer.field("job", snapshot.state.id.description)
            writer.field("state", JobStateCodec.encode(snapshot.state))
            writer.field("input", input ?? .null)
            writer.field("output", output ?? .null)
            writer.key("steps")
            writer.array { for step in snapshot.steps { $0.raw(StepDocument.json(of: step)) } }
            if snapshot.hasDoubtfulSteps { writer.field("steps_in_doubt", true) }
            writer.key("logs")
            writer.array { for line in snapshot.logs { $0.raw(line.envelope) } }
        }
    }

    private static func value(
        of payload: Payload, _ reader: any MomentReader
    ) throws(StoreError) -> JSONText? {
        switch payload {
        case .inline(let value): value
        case .stored(let reference): try reader.payload(reference)
        }
    }
}
