import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// The JSON of a decision.
enum DecisionDocument {
    static func json(of decision: CheckpointDecision) -> JSONText {
        JSONWriter.object { writer in
            writer.place(decision.checkpoint)
            writer.field("decision", decision.choice.rawValue)
            writer.key("actor")
            writer.actor(decision.actor)
            writer.field("reason", optional: decision.reason)
            writer.field("at", decision.at)
            if decision.value != .null { writer.field("data", decision.value) }
        }
    }
}
