public import HoldfastCore

/// The body of `POST /v1/redact`.
public struct RedactBody: Hashable, Sendable {
    /// The jobs that are named.
    public var jobs: [JobID]
    /// All jobs of this owner; nil for none.
    public var owner: Owner?
    /// Why, in words for people; recorded, and it stays.
    public var reason: String?
    /// Only tell what would be done.
    public var isDryRun: Bool
    /// Leave traces in the file for now; the next redaction without it removes them.
    public var keepsTraces: Bool

    /// Says which jobs.
    public init(
        _ jobs: [JobID] = [], owner: Owner? = nil, reason: String? = nil, isDryRun: Bool = false,
        keepsTraces: Bool = false
    ) {
        self.jobs = jobs
        self.owner = owner
        self.reason = reason
        self.isDryRun = isDryRun
        self.keepsTraces = keepsTraces
    }

    /// Reads a body: `{"jobs"?: ["0197c2f4-.."], "owner"?, "reason"?, "dry_run"?, "keep_traces"?}` with jobs, an owner or both.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(
            parsing: bytes, known: ["jobs", "owner", "reason", "dry_run", "keep_traces"])
        jobs = try body.value { fields throws(JSONFieldError) in try fields.jobs("jobs") }
        owner = try body.value { fields throws(JSONFieldError) in try fields.name("owner") }
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        isDryRun = try body.value { fields throws(JSONFieldError) in try fields.bool("dry_run") } ?? false
        keepsTraces =
            try body.value { fields throws(JSONFieldError) in try fields.bool("keep_traces") } ?? false
        guard !jobs.isEmpty || owner != nil else {
            throw .invalidField("jobs", expected: "given, as a list of ids, or owner")
        }
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            if !jobs.isEmpty { writer.field("jobs", jobs.map(\.description)) }
            writer.field("owner", optional: owner?.rawValue)
            writer.field("reason", optional: reason)
            if isDryRun { writer.field("dry_run", true) }
            if keepsTraces { writer.field("keep_traces", true) }
        }
    }
}
