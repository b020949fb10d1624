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
}
