public import HoldfastCore

/// The body of `PUT /v1/schedules/:name`.
public struct ScheduleBody: Hashable, Sendable {
    /// When the schedule is due.
    public enum Times: Hashable, Sendable {
        /// At the times of a cron expression in a time zone; nil for `UTC`.
        case cron(String, zone: String?)
        /// At an anchor and every so many seconds after it; nil for the moment of the request.
        case every(seconds: Int64, anchor: Timestamp?)
    }

    /// When the schedule is due.
    public var times: Times
    /// What it enqueues.
    public var job: EnqueueBody
    /// What happens while the job of the last run is unfinished; nil for `skip`.
    public var overlap: OverlapPolicy?
    /// What happens to runs that fell due while nothing ran; nil for `once`.
    public var missed: MissedRunPolicy?

    /// Describes a schedule.
    public init(
        times: Times, job: EnqueueBody, overlap: OverlapPolicy? = nil, missed: MissedRunPolicy? = nil
    ) {
        self.times = times
        self.job = job
        self.overlap = overlap
        self.missed = missed
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(
            parsing: bytes,
            known: ["cron", "zone", "every_seconds", "anchor", "job", "overlap", "missed"])
        times = try ScheduleBody.times(of: body)
        guard let raw = body.raw("job") else {
            throw .invalidField("job", expected: "an object as POST /v1/jobs takes it")
        }
        job = try EnqueueBody(parsing: raw.text.utf8)
        guard !job.wantsStreamToken else {
            throw .invalidField("stream_token", expected: "absent: a schedule enqueues when nobody asks")
        }
        overlap = try ScheduleBody.literal("overlap", of: body)
        missed = try ScheduleBody.literal("missed", of: body)
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object(capacity: 192 + job.input.byteCount) { writer in
            switch times {
            case .cron(let expression, let zone):
                writer.field("cron", expression)
                writer.field("zone", optional: zone)
            case .every(let seconds, let anchor):
                writer.field("every_seconds", seconds)
                if let anchor { writer.field("anchor", anchor) }
            }
            writer.field("job", job.json)
            writer.field("overlap", optional: overlap?.rawValue)
            writer.field("missed", optional: missed?.rawValue)
        }
    }

    private static func times(of body: RequestObject) throws(RequestFault) -> Times {
        let cron = try body.value { fields throws(JSONFieldError) in try fields.string("cron") }
        let zone = try body.value { fields throws(JSONFieldError) in try fields.string("zone") }
        let seconds = try body.value { fields throws(JSONFieldError) in try fields.integer("every_seconds") }
        let anchor = try body.value { fields throws(JSONFieldError) in try fields.timestamp("anchor") }
        switch (cron, seconds) {
        case (let cron?, nil):
            guard anchor == nil else {
                throw .invalidField("anchor", expected: "given with \"every_seconds\" only")
            }
            return .cron(cron, zone: zone)
        case (nil, let seconds?):
            guard zone == nil else { throw .invalidField("zone", expected: "given with \"cron\" only") }
            return .every(seconds: seconds, anchor: anchor)
        default: throw .invalidField("cron", expected: "given, or else \"every_seconds\", and not both")
        }
    }

    private static func literal<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, of body: RequestObject
    ) throws(RequestFault) -> Value? {
        guard let text = try body.value({ fields throws(JSONFieldError) in try fields.string(name) }) else {
            return nil
        }
        guard let value = Value(rawValue: text) else {
            throw .invalidField(
                name, expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }
}
