public import HoldfastCore

/// The body of `PATCH /v1/queues/:name`: what is named changes, what is not stays as it is (RFC 7396).
public struct QueueChangeBody: Hashable, Sendable {
    /// What becomes of one limit.
    public enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
        /// It stays as it is.
        case keep
        /// It is this one from now on; nil when there is to be none.
        case set(Value?)

        /// The limit after the change.
        func applied(to limit: Value?) -> Value? {
            switch self {
            case .keep: limit
            case .set(let value): value
            }
        }
    }

    /// How many jobs run at once, over all processes.
    public var concurrency = Change<Int>.keep
    /// How many jobs run at once in each process.
    public var perProcess = Change<Int>.keep
    /// How many jobs start in a length of time.
    public var rate = Change<QueueRate>.keep
    /// The share beside other queues; nil for the usual one.
    public var weight = Change<Int>.keep
    /// How many jobs with the same limit key run at once.
    public var perKey = Change<Int>.keep

    /// Changes nothing.
    public init() {}

    /// Reads a body; a limit that is `null` is taken away.
    ///
    /// Whether the numbers make sense is for the engine to say.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        let named = try RequestObject(parsing: bytes, known: QueueBody.fields)
        let limits = try QueueBody(parsing: bytes).limits
        func change<Value>(_ name: String, _ value: Value?) -> Change<Value> {
            named.has(name) ? .set(value) : .keep
        }
        concurrency = change("concurrency", limits.concurrency)
        perProcess = change("per_process", limits.perProcess)
        rate = change("rate", limits.rate)
        weight = change("weight", limits.weight)
        perKey = change("per_key", limits.perKey)
    }

    /// The limits after the change.
    public func applied(to limits: QueueLimits) -> QueueLimits {
        QueueLimits(
            concurrency: concurrency.applied(to: limits.concurrency),
            perProcess: perProcess.applied(to: limits.perProcess), rate: rate.applied(to: limits.rate),
            weight: weight.applied(to: limits.weight) ?? QueueLimits.none.weight,
            perKey: perKey.applied(to: limits.perKey))
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            QueueChangeBody.write("concurrency", concurrency, to: &writer) { $0.number(Int64($1)) }
            QueueChangeBody.write("per_process", perProcess, to: &writer) { $0.number(Int64($1)) }
            QueueChangeBody.write("rate", rate, to: &writer) { $0.rate($1) }
            QueueChangeBody.write("weight", weight, to: &writer) { $0.number(Int64($1)) }
            QueueChangeBody.write("per_key", perKey, to: &writer) { $0.number(Int64($1)) }
        }
    }

    private static func write<Value>(
        _ name: StaticString, _ change: Change<Value>, to writer: inout JSONWriter,
        _ write: (inout JSONWriter, Value) -> Void
    ) {
        guard case .set(let value) = change else { return }
        writer.key(name)
        if let value {
            write(&writer, value)
        } else {
            writer.raw(.null)
        }
    }
}
