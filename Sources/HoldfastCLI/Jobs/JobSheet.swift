import HoldfastCore
import HoldfastStore

/// Everything that is known about one job.
struct JobSheet {
    /// Where it stands, its steps and its newest log lines, as they were at one position.
    let snapshot: JobSnapshot
    /// What the handler was given; nil when the log has lost it.
    let input: JSONText?
    /// What the handler returned; nil while there is nothing.
    let output: JSONText?

    /// Reads a job.
    ///
    /// - Throws: `JobRejection.unknownJob`, `StoreError`, `EventDecodingError`.
    static func read(_ job: JobID, logLimit: Int, from reader: any StorageReader) throws -> JobSheet {
        guard let snapshot = try reader.snapshot(of: job, logLimit: logLimit) else {
            throw JobRejection.unknownJob
        }
        var sheet = JobSheet(snapshot: snapshot, input: nil, output: nil)
        let through = snapshot.position
        let first = try reader.events(EventQuery(job: job, through: through, limit: 1)).events.first
        if case .job(.enqueued(let event)) = try first?.decoded().event {
            sheet = JobSheet(snapshot: snapshot, input: try value(of: event.input, reader), output: nil)
        }
        guard case .completed = snapshot.state.phase else { return sheet }
        let query = EventQuery(job: job, through: through, kinds: [.jobCompleted], limit: 1, fromEnd: true)
        if case .job(.completed(let event)) = try reader.events(query).events.first?.decoded().event {
            let output = try value(of: event.output, reader)
            sheet = JobSheet(snapshot: snapshot, input: sheet.input, output: output)
        }
        return sheet
    }

    private static func value(of payload: Payload, _ reader: any StorageReader) throws(StoreError)
        -> JSONText?
    {
        switch payload {
        case .inline(let value): value
        case .stored(let reference): try reader.payload(reference)
        }
    }
}
