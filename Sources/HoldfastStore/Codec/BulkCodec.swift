public import HoldfastCore

/// Turns a bulk operation into the JSON of the API.
public enum BulkCodec {
    /// The JSON object of an operation.
    public static func encode(_ operation: BulkOperation) -> JSONText {
        JSONWriter.object(capacity: 384) { writer in
            writer.field("id", operation.id)
            writer.field("state", operation.finishedAt == nil ? "running" : "finished")
            writer.bulkAction("command", operation.order.command)
            writer.filter("filter", operation.order.filter)
            if let spread = operation.order.spread {
                writer.field("spread", Double(spread.microsecondsRoundedUp) / 1_000_000)
            }
            writer.key("actor")
            writer.actor(operation.actor)
            writer.field("started_at", operation.startedAt)
            writer.bulkCount(operation.count)
            if let engine = operation.engine { writer.field("engine", engine) }
            writer.field("changed_at", operation.changedAt)
            if let finishedAt = operation.finishedAt { writer.field("finished_at", finishedAt) }
        }
    }
}
