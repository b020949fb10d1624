public import HoldfastCore

/// Turns a bulk operation into the JSON of the API, and back.
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

    /// The operation of a JSON object, which does not tell up to which job it is meant.
    ///
    /// - Throws: `JSONFieldError` or `JSONSyntaxError` when it is none.
    public static func decode(_ json: JSONText) throws -> BulkOperation {
        let fields = try JSONFields(json)
        func moment(_ name: String) throws -> Timestamp { try fields.required(name, fields.timestamp(name)) }
        return BulkOperation(
            order: BulkStarted(
                id: try fields.required("id", fields.name("id")), command: try fields.bulkAction("command"),
                filter: try fields.filter("filter"),
                spread: try fields.double("spread").map { .seconds($0) }, through: nil),
            actor: try fields.actor("actor"), startedAt: try moment("started_at"),
            count: try fields.bulkCount(), engine: try fields.name("engine"),
            changedAt: try moment("changed_at"), finishedAt: try fields.timestamp("finished_at"))
    }
}
