public import HoldfastCore

/// The body of `POST /v1/jobs/:id/budget`.
public struct BudgetBody: Hashable, Sendable {
    /// The new limit, in the unit that the job was enqueued with.
    public var limit: CostAmount
    /// Whether a job that is paused goes on.
    public var resumes: Bool
    /// Why, in words for people; recorded with the event.
    public var reason: String?

    /// Asks for a limit.
    public init(limit: CostAmount, resumes: Bool = false, reason: String? = nil) {
        self.limit = limit
        self.resumes = resumes
        self.reason = reason
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: ["limit", "resume", "reason"])
        limit = try body.value { fields throws(JSONFieldError) in
            try fields.required("limit", fields.cost("limit"))
        }
        resumes = try body.value { fields throws(JSONFieldError) in try fields.bool("resume") } ?? false
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("limit", limit.description)
            if resumes { writer.field("resume", true) }
            writer.field("reason", optional: reason)
        }
    }
}
