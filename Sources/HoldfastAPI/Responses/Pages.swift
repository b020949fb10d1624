public import HoldfastCore

/// One page of `GET /v1/jobs`, the newest job first.
public struct JobPage: Hashable, Sendable {
    /// The states of the jobs.
    public var jobs: [JSONText]
    /// The `before` of the next page; nil on the last one.
    public var next: JobID?

    /// Puts a page together.
    public init(jobs: [JSONText], next: JobID?) {
        self.jobs = jobs
        self.next = next
    }

    /// Reads a page.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        jobs = try fields.list("jobs")
        next = try fields.job("next")
    }

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object(capacity: 64 + jobs.reduce(0) { $0 + $1.byteCount + 1 }) { writer in
            writer.key("jobs")
            writer.array { for job in jobs { $0.raw(job) } }
            writer.field("next", next.map { JSONText.string($0.description) } ?? .null)
        }
    }
}

/// One page of a job's history as JSON, in the order of the positions.
public struct HistoryPage: Hashable, Sendable {
    /// The identity of the log, to be sent back as `log` beside a cursor.
    public var log: String
    /// The events' envelopes.
    public var events: [JSONText]
    /// The `after` of the next page; nil when the page reaches the end of the log.
    public var next: EventLogPosition?
    /// Every event up to this position was seen: the `after` with which to ask for what comes later.
    public var through: EventLogPosition

    /// Puts a page together.
    public init(log: String, events: [JSONText], next: EventLogPosition?, through: EventLogPosition) {
        self.log = log
        self.events = events
        self.next = next
        self.through = through
    }

    /// Reads a page.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        log = try fields.required("log", fields.string("log"))
        events = try fields.list("events")
        next = try fields.position("next")
        through = try fields.required("through", fields.position("through"))
    }

    /// The JSON of the page.
    public var json: JSONText {
        JSONWriter.object(capacity: 96 + events.reduce(0) { $0 + $1.byteCount + 1 }) { writer in
            writer.field("log", log)
            writer.key("events")
            writer.array { for event in events { $0.raw(event) } }
            writer.field("next", next.map { JSONText.string($0.description) } ?? .null)
            writer.field("through", through.description)
        }
    }
}
