import HoldfastCore
import HoldfastStore

/// The JSON of one job: its state, its input and, when it completed, its output.
///
/// State and output come from different reads; they are put together only if they are of the same life.
enum JobDocument {
    /// Reads a job.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`.
    static func read(_ id: JobID, from reader: any MomentReader) throws -> JSONText {
        while true {
            guard let state = try reader.job(id) else { throw reader.absence(of: id) }
            let input = try input(of: id, from: reader)
            guard state.phase.name == .completed, !state.isRedacted else {
                return json(of: state, input: input)
            }
            let query = EventQuery(job: id, kinds: [.jobCompleted], limit: 1, fromEnd: true)
            guard let event = try reader.events(query).events.first,
                case .job(.completed(let completed)) = try event.decoded().event
            else { throw missing("job.completed") }
            // A newer event than the state: the job was begun again and ended in between, so look once more.
            if let version = event.version, version > state.version { continue }
            return json(of: state, input: input, output: completed.output)
        }
    }

    /// What a job was enqueued with; nil when it was redacted.
    static func input(of id: JobID, from reader: any MomentReader) throws -> Payload? {
        switch try reader.events(EventQuery(job: id, limit: 1)).events.first?.decoded().event {
        case .job(.enqueued(let enqueued)): return enqueued.input
        case .job(.redacted): return nil
        default: throw missing("job.enqueued")
        }
    }

    /// Writes a job; a large value stands there as `input_ref` or `output_ref`, and nothing stands there of one that was redacted.
    static func json(of state: JobState, input: Payload?, output: Payload? = nil) -> JSONText {
        guard let input else { return JobStateCodec.encode(state) }
        let values = JSONWriter.object { writer in
            writer.payload("input", input)
            if let output { writer.payload("output", output) }
        }
        // Both are objects with fields, so that one text behind the other, without the braces between, is an
        // object.
        return JSONText(
            unchecked: JobStateCodec.encode(state).text.dropLast() + "," + values.text.dropFirst())
    }

    private static func missing(_ kind: String) -> StoreError {
        StoreError(.corrupt, operation: "read a job", reason: "its \(kind) event is missing")
    }
}
