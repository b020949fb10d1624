package import HoldfastCore
import HoldfastStore

extension DecisionRecord {
    /// The object that the API and the command line show.
    package var json: JSONText {
        JSONWriter.object(capacity: 320) { writer in
            writer.field("position", position.description)
            writer.field("at", at)
            writer.field("actor", actor.json)
            writer.field("kind", kind.rawValue)
            if let job { writer.field("job", job.description) }
            writer.field("subject", optional: subject)
            writer.field("detail", optional: detail)
            writer.field("reason", optional: reason)
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        self.init(
            position: try fields.position("position"),
            at: try fields.required("at", fields.timestamp("at")), actor: try fields.actor("actor"),
            kind: try fields.literal("kind"), job: try fields.optionalJob("job"),
            subject: try fields.string("subject"), detail: try fields.string("detail"),
            reason: try fields.string("reason"))
    }
}

extension DecisionPage {
    /// The object that the API answers with.
    package var json: JSONText {
        JSONWriter.object(capacity: 64 + decisions.count * 320) { writer in
            writer.key("decisions")
            writer.array { for decision in decisions { $0.raw(decision.json) } }
            writer.field("next", next.map { JSONText.string($0.description) } ?? .null)
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        let list = try fields.required("decisions", fields.raw("decisions").flatMap(JSONValues.elements))
        self.init(
            decisions: try list.map(DecisionRecord.init(parsing:)),
            next: fields.raw("next") == nil ? nil : try fields.position("next"))
    }
}
