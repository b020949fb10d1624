/// Carries a job's place in a distributed trace from whoever enqueued it to whoever runs it, as names and values.
///
/// What they mean is the tracer's business; with W3C Trace Context they are `traceparent` and `tracestate`.
public struct TraceCarrier: Hashable, Sendable {
    /// How many values there are at most.
    public static let countLimit = 16
    /// How many bytes all names and values have at most.
    public static let byteLimit = 4096

    /// The values by their names.
    public let values: [String: String]

    /// Gathers values.
    ///
    /// - Returns: Nil when there are none, more than `countLimit` or more bytes than `byteLimit`.
    public init?(_ values: [String: String]) {
        let bytes = values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard !values.isEmpty, values.count <= TraceCarrier.countLimit, bytes <= TraceCarrier.byteLimit else {
            return nil
        }
        self.values = values
    }

    /// The values in the order of their names, which is how they are stored.
    public var sorted: [(name: String, value: String)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
