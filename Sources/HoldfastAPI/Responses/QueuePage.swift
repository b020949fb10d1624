public import HoldfastCore

/// The answer of `GET /v1/queues`: all queues, in the order of their names.
public struct QueuePage: Hashable, Sendable {
    /// The queues.
    public var queues: [JSONText]

    /// Puts the answer together.
    public init(queues: [JSONText]) { self.queues = queues }

    /// Reads an answer.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    public init(parsing json: JSONText) throws { queues = try JSONFields(json).list("queues") }

    /// The JSON of the answer.
    public var json: JSONText {
        JSONWriter.object(capacity: 32 + queues.reduce(0) { $0 + $1.byteCount + 1 }) { writer in
            writer.key("queues")
            writer.array { for queue in queues { $0.raw(queue) } }
        }
    }
}
