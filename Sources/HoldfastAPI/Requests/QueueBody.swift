public import HoldfastCore

/// The body of `PUT /v1/queues/:name`: everything that the queue allows from then on.
public struct QueueBody: Hashable, Sendable {
    /// What the queue allows; what is absent is not limited.
    public var limits: QueueLimits

    /// The fields of the body.
    static let fields = ["concurrency", "per_process", "rate", "weight", "per_key"]

    /// Gives limits.
    public init(limits: QueueLimits) { self.limits = limits }

    /// Reads a body.
    ///
    /// Whether the numbers make sense is for the engine to say.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: QueueBody.fields)
        limits = QueueLimits(
            concurrency: try QueueBody.count("concurrency", of: body),
            perProcess: try QueueBody.count("per_process", of: body),
            rate: try QueueBody.rate(of: body),
            weight: try QueueBody.count("weight", of: body) ?? QueueLimits.none.weight,
            perKey: try QueueBody.count("per_key", of: body))
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            if let concurrency = limits.concurrency { writer.field("concurrency", concurrency) }
            if let perProcess = limits.perProcess { writer.field("per_process", perProcess) }
            if let rate = limits.rate {
                writer.key("rate")
                writer.rate(rate)
            }
            writer.field("weight", limits.weight)
            if let perKey = limits.perKey { writer.field("per_key", perKey) }
        }
    }

    private static func count(_ name: String, of body: RequestObject) throws(RequestFault) -> Int? {
        let number = try body.value { fields throws(JSONFieldError) in try fields.integer(name) }
        return number.map { Int(clamping: $0) }
    }

    private static func rate(of body: RequestObject) throws(RequestFault) -> QueueRate? {
        guard let rate = try body.object("rate", known: ["jobs", "window_us"]) else { return nil }
        let jobs = try rate.value { fields throws(JSONFieldError) in
            try fields.required("jobs", fields.integer("jobs"))
        }
        let window = try rate.value { fields throws(JSONFieldError) in
            try fields.required("window_us", fields.integer("window_us"))
        }
        return QueueRate(Int(clamping: jobs), perMicroseconds: window)
    }
}

extension JSONWriter {
    /// Writes how many jobs start in a length of time.
    mutating func rate(_ rate: QueueRate) {
        object {
            $0.field("jobs", rate.jobs)
            $0.field("window_us", rate.windowMicroseconds)
        }
    }
}
