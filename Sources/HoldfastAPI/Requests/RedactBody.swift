public import HoldfastCore

/// The body of `POST /v1/jobs/:id/redact`.
public struct RedactBody: Hashable, Sendable {
    /// Why, in words for people; recorded with the event, where it stays.
    public var reason: String?
    /// Whether the file is written anew afterwards, so that it holds no trace; once after several jobs is enough.
    public var scrubs: Bool

    /// Asks for a redaction.
    public init(reason: String? = nil, scrubs: Bool = true) {
        self.reason = reason
        self.scrubs = scrubs
    }

    /// Reads a body; none is one without fields.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        self.init()
        if bytes.isEmpty { return }
        let body = try RequestObject(parsing: bytes, known: ["reason", "scrub"])
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        scrubs = try body.value { fields throws(JSONFieldError) in try fields.bool("scrub") } ?? true
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("reason", optional: reason)
            if !scrubs { writer.field("scrub", false) }
        }
    }
}
