public import HoldfastCore

/// An event as a store keeps it: its columns, with `data` as the text that is also sent.
public struct StoredEvent: Hashable, Sendable {
    /// The place in the whole log.
    public let position: EventLogPosition
    /// The job it belongs to; nil for an event of the engine itself.
    public let job: JobID?
    /// The place in the job's own stream, counted from 1; nil for an event of the engine itself.
    public let version: Int64?
    /// The stored name of its kind.
    public let kind: String
    /// The version of the kind's JSON, from 1.
    public let schemaVersion: Int
    /// The moment by the injected clock.
    public let at: Timestamp
    /// The attempt during which it happened, counted from 1; nil for an event of the engine itself.
    public let attempt: Int?
    /// Who caused it.
    public let actor: EventActor
    /// The JSON object of the event's own values.
    public let data: JSONText

    /// Puts the columns together.
    public init(
        position: EventLogPosition, job: JobID?, version: Int64?, kind: String, schemaVersion: Int,
        at: Timestamp,
        attempt: Int?, actor: EventActor, data: JSONText
    ) {
        self.position = position
        self.job = job
        self.version = version
        self.kind = kind
        self.schemaVersion = schemaVersion
        self.at = at
        self.attempt = attempt
        self.actor = actor
        self.data = data
    }

    /// The event's meaning.
    ///
    /// - Throws: `EventDecodingError` when it is of a newer program or damaged.
    public func decoded() throws(EventDecodingError) -> RecordedEvent {
        RecordedEvent(
            position: position, job: job, version: version, at: at, attempt: attempt, actor: actor,
            event: try EventCodec.decode(kind: kind, schemaVersion: schemaVersion, data: data))
    }

    /// Reads an envelope, which tells no schema version: it is taken for the one of today.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(envelope: JSONText) throws {
        let fields = try JSONFields(envelope)
        let kind = try fields.required("kind", fields.string("kind"))
        try self.init(fields, schemaVersion: EventKind(rawValue: kind).map(EventCodec.schemaVersion) ?? 1)
    }

    /// Reads the fields of an envelope, whatever stands beside them.
    init(_ fields: JSONFields, schemaVersion: Int) throws {
        self.init(
            position: try fields.position("position"), job: try fields.optionalJob("job"),
            version: try fields.integer("version"), kind: try fields.required("kind", fields.string("kind")),
            schemaVersion: schemaVersion,
            at: try fields.required("at", fields.timestamp("at")),
            attempt: try fields.integer("attempt").map { Int($0) }, actor: try fields.actor("actor"),
            data: try fields.required("data", fields.raw("data")))
    }

    /// The same event without its values (P10).
    public var redacted: StoredEvent {
        StoredEvent(
            position: position, job: job, version: version, kind: kind, schemaVersion: schemaVersion, at: at,
            attempt: attempt, actor: actor, data: EventCodec.redacted)
    }

    /// The actor as it is stored and sent.
    public var actorJSON: JSONText { actor.json }

    /// The one line that every reader gets, over SSE, NDJSON and from the command line:
    /// `position, job, version, kind, at, attempt, actor, data`, in this order.
    public var envelope: JSONText {
        JSONWriter.object(capacity: 320 + data.byteCount) { writer in
            writer.field("position", position.description)
            writer.field("job", job.map { JSONText.string($0.description) } ?? .null)
            writer.field("version", version.map { JSONText(unchecked: String($0)) } ?? .null)
            writer.field("kind", kind)
            writer.field("at", at)
            writer.field("attempt", attempt.map { JSONText(unchecked: String($0)) } ?? .null)
            writer.field("actor", actorJSON)
            writer.field("data", data)
        }
    }
}
