public import HoldfastCore

/// A checkpoint that waits for a person, and the job that asks.
public struct CheckpointDocument: Hashable, Sendable {
    /// The job that asks.
    public var job: JobID
    /// What kind of job it is.
    public var jobKind: JobKind
    /// The job's queue.
    public var queue: QueueName
    /// Whom the job belongs to; nil for nobody.
    public var owner: Owner?
    /// Which checkpoint, since when, and until when.
    public var record: WaitRecord
    /// What the person should know.
    public var summary: JSONText

    /// Puts the values together.
    public init(_ record: WaitRecord, of job: JobState, summary: JSONText) {
        self.job = job.id
        jobKind = job.origin.kind
        queue = job.origin.queue
        owner = job.origin.owner
        self.record = record
        self.summary = summary
    }

    /// Reads the object of a checkpoint.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        job = try fields.required("job", fields.job("job"))
        jobKind = try fields.required("job_kind", fields.name("job_kind"))
        queue = try fields.required("queue", fields.name("queue"))
        owner = try fields.name("owner")
        record = try WaitDocument.record(of: fields)
        summary = fields.raw("summary") ?? .null
    }

    /// The JSON of the object.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("job", job.description)
            writer.field("job_kind", jobKind)
            writer.field("queue", queue)
            if let owner { writer.field("owner", owner) }
            WaitDocument.write(record, to: &writer)
            writer.field("summary", summary)
        }
    }
}

/// One page of `GET /v1/checkpoints`, the oldest first.
public struct CheckpointPage: Hashable, Sendable {
    /// The checkpoints.
    public var checkpoints: [CheckpointDocument]
    /// The `after` of the next page; nil on the last one.
    public var next: EventLogPosition?
    /// Whether all jobs were looked at: false of a moment at which more than 10,000 had not ended.
    public var isComplete: Bool

    /// Puts a page together.
    public init(checkpoints: [CheckpointDocument], next: EventLogPosition?, isComplete: Bool = true) {
        self.checkpoints = checkpoints
        self.next = next
        self.isComplete = isComplete
    }

    /// Reads a page.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        checkpoints = try fields.list("checkpoints").map { try CheckpointDocument(parsing: $0) }
        next = try fields.position("next")
        isComplete = try fields.bool("complete") ?? true
    }

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.key("checkpoints")
            writer.array { for checkpoint in checkpoints { $0.raw(checkpoint.json) } }
            writer.field("next", next.map { JSONText.string($0.description) } ?? .null)
            if !isComplete { writer.field("complete", false) }
        }
    }
}
