public import HoldfastCore

/// The body of `POST /v1/stream-tokens`: `{"job": ID}` or `{"filter": {"queue": "mail", "kind": ["a", "b"]}}`.
public struct StreamTokenBody: Hashable, Sendable {
    /// What a token opens.
    public enum Scope: Hashable, Sendable {
        /// The streams of one job.
        case job(JobID)
        /// The stream over many jobs with these parameters, each with its values.
        case filter([String: [String]])

        /// Writes the field that says it: `job` or `filter`.
        public func write(into writer: inout JSONWriter) {
            switch self {
            case .job(let job): writer.field("job", job.description)
            case .filter(let filter):
                writer.key("filter")
                writer.object { object in
                    for (name, values) in filter.sorted(by: { $0.key < $1.key }) {
                        object.key(text: name)
                        object.array { for value in values { $0.string(value) } }
                    }
                }
            }
        }
    }

    /// The parameters by which the stream over many jobs chooses events.
    public static let filterNames = ["job", "queue", "kind", "types", "tag", "owner"]

    /// What the token is to open.
    public var scope: Scope

    /// Asks for a token.
    public init(_ scope: Scope) { self.scope = scope }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: ["job", "filter"])
        guard body.has("job") != body.has("filter") else {
            throw .invalidField("job", expected: "given, or else \"filter\", and not both")
        }
        if body.has("job") {
            let text = try body.value { fields throws(JSONFieldError) in try fields.string("job") }
            guard let job = text.flatMap(JobID.init) else {
                throw .invalidField("job", expected: "the id of a job")
            }
            scope = .job(job)
            return
        }
        guard let filter = try body.object("filter", known: StreamTokenBody.filterNames) else {
            throw .invalidField("filter", expected: "an object; {} means all jobs that you may see")
        }
        var values: [String: [String]] = [:]
        for name in StreamTokenBody.filterNames where filter.has(name) {
            values[name] = try filter.value { fields throws(JSONFieldError) in
                if let text = fields.raw(name).flatMap(JSONValues.string) { return [text] }
                return try fields.strings(name)
            }
        }
        scope = .filter(values)
    }

    /// The JSON of the body.
    public var json: JSONText { JSONWriter.object { scope.write(into: &$0) } }
}
