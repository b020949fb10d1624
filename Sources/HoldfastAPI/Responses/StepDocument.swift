public import HoldfastCore

/// The JSON of what is known about one step of a job.
public enum StepDocument {
    /// Writes the object of a record; its result stays in the event at `position`.
    public static func json(of record: StepRecord) -> JSONText {
        JSONWriter.object { writer in
            writer.field("name", record.key.name)
            writer.field("occurrence", record.key.occurrence)
            writer.field("status", record.status.name)
            writer.field("attempt", record.attempt)
            writer.field("failures", record.failures)
            writer.field("started_at", record.startedAt)
            writer.field("changed_at", record.changedAt)
            switch record.status {
            case .started: break
            case .completed(let position, let duration), .unused(let position, let duration):
                writer.field("position", position.description)
                writer.field("duration_us", duration)
            case .failed(let position, let retryAt):
                writer.field("position", position.description)
                if let retryAt { writer.field("retry_at", retryAt) }
            }
        }
    }

    /// Reads the object of a record.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public static func record(of json: JSONText) throws -> StepRecord {
        let fields = try JSONFields(json)
        func number(_ name: String) throws -> Int64 { try fields.required(name, fields.integer(name)) }
        let name: StepName = try fields.required("name", fields.name("name"))
        return StepRecord(
            key: StepKey(name, occurrence: Int(clamping: try number("occurrence"))),
            failures: Int(clamping: try number("failures")), attempt: Int(clamping: try number("attempt")),
            startedAt: try fields.required("started_at", fields.timestamp("started_at")),
            changedAt: try fields.required("changed_at", fields.timestamp("changed_at")),
            status: try status(of: fields))
    }

    private static func status(of fields: JSONFields) throws -> StepRecord.Status {
        let name = try fields.required("status", fields.string("status"))
        guard name != "started" else { return .started }
        let position = try fields.required("position", fields.position("position"))
        guard name != "failed" else {
            return .failed(at: position, retryAt: try fields.timestamp("retry_at"))
        }
        let duration = try fields.required("duration_us", fields.integer("duration_us"))
        switch name {
        case "completed": return .completed(at: position, duration: duration)
        case "unused": return .unused(result: position, duration: duration)
        default: throw JSONFieldError(field: "status", expected: "the status of a step")
        }
    }
}
