public import HoldfastCore

/// The body of `POST /v1/jobs/:id/cancel` and of the other commands.
///
/// An empty body says as much as `{}`.
public struct SteerBody: Hashable, Sendable {
    /// Why, in words for people; recorded with the event.
    public var reason: String?
    /// How long the handler of a running job has to give way; nil for the engine's own time.
    public var within: Duration?
    /// Which of the queue's jobs run first.
    public var priority: JobPriority?
    /// The moment before which the job does not start.
    public var notBefore: Timestamp?

    /// Gives a reason.
    public init(reason: String? = nil) { self.reason = reason }

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - bytes: The body as it came.
    ///   - fields: The fields beside `reason` that mean something to the command.
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>, fields: [String] = []) throws(RequestFault) {
        guard !bytes.isEmpty else { return }
        let body = try RequestObject(parsing: bytes, known: ["reason"] + fields)
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        let seconds = try body.value { fields throws(JSONFieldError) in try fields.integer("within_seconds") }
        if let seconds {
            guard (0...31_536_000).contains(seconds) else {
                throw .invalidField("within_seconds", expected: "a whole number from 0 to 31536000")
            }
            within = .seconds(seconds)
        }
        let part = try body.value { fields throws(JSONFieldError) in try fields.integer("within_us") }
        if let part {
            guard seconds == nil, (0...31_536_000_000_000).contains(part) else {
                throw .invalidField(
                    "within_us", expected: "a whole number up to a year, given without \"within_seconds\"")
            }
            within = .microseconds(part)
        }
        priority = try EnqueueBody.priority(of: body)
        notBefore = try body.value { fields throws(JSONFieldError) in try fields.timestamp("not_before") }
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("reason", optional: reason)
            if let within {
                let (seconds, rest) = within.components
                if rest == 0 {
                    writer.field("within_seconds", seconds)
                } else {
                    writer.field("within_us", within.microsecondsRoundedUp)
                }
            }
            if let priority { writer.field("priority", priority.value) }
            if let notBefore { writer.field("not_before", notBefore) }
        }
    }

    /// Unwraps a field that must be given.
    ///
    /// - Throws: `RequestFault.invalidField` when it is nil.
    public static func required<Value>(_ name: String, _ value: Value?) throws(RequestFault) -> Value {
        guard let value else { throw .invalidField(name, expected: "given") }
        return value
    }
}
