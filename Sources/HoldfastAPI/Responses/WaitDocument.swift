public import HoldfastCore

/// The JSON of what is known about one wait of a job.
public enum WaitDocument {
    /// Writes the object of a record; what ended it stays in the event at `position`.
    public static func json(of record: WaitRecord) -> JSONText {
        JSONWriter.object { write(record, to: &$0) }
    }

    /// Writes the object of a checkpoint that waits for a person, with the job that asks.
    ///
    /// - Parameters:
    ///   - record: The checkpoint.
    ///   - job: The job that asks.
    ///   - summary: What the person should know; nil for a value that is kept beside the log.
    /// - Returns: One object.
    public static func json(of record: WaitRecord, job: JobState, summary: JSONText?) -> JSONText {
        JSONWriter.object { writer in
            writer.field("job", job.id.description)
            writer.field("job_kind", job.origin.kind)
            writer.field("queue", job.origin.queue)
            if let owner = job.origin.owner { writer.field("owner", owner) }
            write(record, to: &writer)
            if let summary { writer.field("summary", summary) }
        }
    }

    private static func write(_ record: WaitRecord, to writer: inout JSONWriter) {
        writer.field("type", record.key.kind.rawValue)
        writer.field("name", record.key.name)
        writer.field("occurrence", record.key.occurrence)
        writer.field("status", record.status.rawValue)
        writer.field("opened", record.opened.description)
        writer.field("opened_at", record.openedAt)
        writer.field("changed_at", record.changedAt)
        if let due = record.due { writer.field("deadline", due) }
        if let action = record.onDeadline { writer.field("on_deadline", action.rawValue) }
        if let child = record.child { writer.field("child", child.description) }
        if let position = record.result { writer.field("position", position.description) }
    }
}
