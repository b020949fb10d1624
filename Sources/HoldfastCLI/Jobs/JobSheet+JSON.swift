import HoldfastAPI
import HoldfastCore
import HoldfastStore

extension JobSheet {
    /// One object: the snapshot with which a stream of the job begins, and the input and the output beside
    /// it.
    var json: JSONText {
        JSONWriter.object(capacity: 4096) { writer in
            writer.field("position", snapshot.position.description)
            writer.field("job", snapshot.state.id.description)
            writer.field("state", JobStateCodec.encode(snapshot.state))
            writer.field("input", input ?? .null)
            writer.field("output", output ?? .null)
            writer.key("steps")
            writer.array { for step in snapshot.steps { $0.raw(StepDocument.json(of: step)) } }
            writer.key("logs")
            writer.array { for line in snapshot.logs { $0.raw(line.envelope) } }
        }
    }
}
