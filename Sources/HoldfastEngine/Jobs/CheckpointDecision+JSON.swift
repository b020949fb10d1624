package import HoldfastCore
import HoldfastStore

extension CheckpointDecision {
    /// The object that the API and the command line show.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.place(checkpoint)
            writer.field("decision", choice.rawValue)
            writer.key("actor")
            writer.actor(actor)
            writer.field("reason", optional: reason)
            writer.field("at", at)
            if value != .null { writer.field("data", value) }
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        self.init(
            checkpoint: try fields.place(.checkpoint), choice: try fields.literal("decision"),
            actor: try fields.actor("actor"), reason: try fields.string("reason"),
            at: try fields.required("at", fields.timestamp("at")), value: fields.raw("data") ?? .null)
    }
}
