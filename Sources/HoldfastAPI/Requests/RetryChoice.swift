public import HoldfastCore

/// How often and when a job is to be tried again, as a caller says it over HTTP or on the command line.
///
/// What is not said is as in `RetryPolicy.standard`: five attempts, with waits that grow from a second.
public struct RetryChoice: Hashable, Sendable {
    /// How waits follow one another.
    public enum Shape: String, Hashable, Sendable, CaseIterable {
        /// No wait.
        case none
        /// The same wait every time.
        case constant
        /// Waits that grow by a factor.
        case exponential
        /// A list of waits, of which the last one stays.
        case table
    }

    /// How many attempts one life of the job has, from 1.
    public var maxAttempts: Int?
    /// How waits follow one another; nil for `table` where there are several waits, else `exponential`.
    public var backoff: Shape?
    /// The first or only wait, or the list of them.
    public var waits: [Duration]?
    /// How much longer each wait is than the one before it, from 1.
    public var factor: Double?
    /// The longest wait.
    public var maximum: Duration?
    /// How far a wait may be lengthened by chance, as a part of it from 0 to 1.
    public var jitter: Double?

    /// Says nothing yet.
    public init() {}

    /// Says how many attempts there are.
    public init(maxAttempts: Int) { self.maxAttempts = maxAttempts }

    /// The policy that was chosen.
    ///
    /// - Throws: `RequestFault.invalidField` for a value out of its bounds, and for one that the backoff has no use for.
    public func policy() throws(RequestFault) -> RetryPolicy {
        let shape = backoff ?? ((waits?.count ?? 1) > 1 ? .table : .exponential)
        try check(shape)
        let first = waits?.first ?? .seconds(1)
        let chosen: Backoff =
            switch shape {
            case .none: .none
            case .constant: .constant(first)
            case .exponential:
                .exponential(
                    initial: first, factor: factor ?? 2, maximum: maximum ?? max(first, .seconds(3600)))
            case .table: .table(waits ?? [])
            }
        let usual = shape == .table ? (waits?.count ?? 0) + 1 : RetryPolicy.standard.maxAttempts
        return RetryPolicy(
            maxAttempts: maxAttempts ?? usual, backoff: chosen,
            jitter: jitter ?? (shape == .exponential ? RetryPolicy.standard.jitter : 0))
    }

    private func check(_ shape: Shape) throws(RequestFault) {
        if let maxAttempts, !(1...1_000_000).contains(maxAttempts) {
            throw .invalidField("max_attempts", expected: "a whole number from 1 to 1000000")
        }
        if let factor, !(1...1000).contains(factor) {
            throw .invalidField("factor", expected: "a number from 1 to 1000")
        }
        if let jitter, !(0...1).contains(jitter) {
            throw .invalidField("jitter", expected: "a number from 0 to 1")
        }
        if factor != nil || maximum != nil, shape != .exponential {
            throw .invalidField(
                factor == nil ? "maximum" : "factor", expected: "given with the backoff exponential only")
        }
        let count = waits?.count ?? 0
        switch shape {
        case .none where count > 0:
            throw .invalidField("wait", expected: "left out, because the backoff none has no wait")
        case .table where !(1...1000).contains(count):
            throw .invalidField("waits", expected: "a list of 1 to 1000 waits")
        case .constant where count > 1, .exponential where count > 1:
            throw .invalidField("waits", expected: "given with the backoff table only")
        case .none, .constant, .exponential, .table: break
        }
    }
}

extension RetryChoice {
    /// The fields of the object.
    static let fields = [
        "max_attempts", "backoff", "wait", "waits", "factor", "maximum", "jitter", "wait_us", "waits_us",
        "maximum_us",
    ]

    /// Reads the object `retry` of a body; also as a job shows it, with waits in microseconds.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    init(parsing object: RequestObject) throws(RequestFault) {
        let number = try object.value { fields throws(JSONFieldError) in try fields.integer("max_attempts") }
        maxAttempts = number.map { Int($0) }
        if let name = try object.value({ fields throws(JSONFieldError) in try fields.string("backoff") }) {
            guard let shape = Shape(rawValue: name) else {
                throw .invalidField(
                    "backoff",
                    expected: "one of " + Shape.allCases.map(\.rawValue).joined(separator: ", "))
            }
            backoff = shape
        }
        waits = try RetryChoice.list(object)
        if waits == nil, let wait = try RetryChoice.wait("wait", object) { waits = [wait] }
        factor = try object.value { fields throws(JSONFieldError) in try fields.double("factor") }
        maximum = try RetryChoice.wait("maximum", object)
        jitter = try object.value { fields throws(JSONFieldError) in try fields.double("jitter") }
    }

    /// The JSON of the object.
    var json: JSONText {
        JSONWriter.object { writer in
            if let maxAttempts { writer.field("max_attempts", maxAttempts) }
            if let backoff { writer.field("backoff", backoff.rawValue) }
            if let waits, backoff == .table || waits.count > 1 {
                writer.key("waits_us")
                writer.array { for wait in waits { $0.number(wait.microsecondsRoundedUp) } }
            } else if let wait = waits?.first {
                writer.field("wait_us", wait.microsecondsRoundedUp)
            }
            if let factor { writer.field("factor", factor) }
            if let maximum { writer.field("maximum_us", maximum.microsecondsRoundedUp) }
            if let jitter { writer.field("jitter", jitter) }
        }
    }

    private static func list(_ object: RequestObject) throws(RequestFault) -> [Duration]? {
        let texts = try object.value { fields throws(JSONFieldError) in try fields.strings("waits") }
        if let texts {
            let waits = texts.compactMap(DurationText.duration)
            guard waits.count == texts.count else {
                throw .invalidField("waits", expected: "a list of texts like 500ms, 30s, 5m, 2h or 1d")
            }
            return waits
        }
        guard let raw = object.raw("waits_us") else { return nil }
        guard let numbers = JSONValues.elements(raw)?.map({ Int64($0.text) }), !numbers.contains(nil),
            numbers.allSatisfy({ ($0 ?? -1) >= 0 })
        else {
            throw .invalidField("waits_us", expected: "a list of whole numbers of microseconds")
        }
        return numbers.compactMap(\.self).map { .microseconds($0) }
    }

    private static func wait(_ name: String, _ object: RequestObject) throws(RequestFault) -> Duration? {
        if let text = try object.value({ fields throws(JSONFieldError) in try fields.string(name) }) {
            guard let wait = DurationText.duration(text) else {
                throw .invalidField(name, expected: DurationText.explanation)
            }
            return wait
        }
        let number = try object.value { fields throws(JSONFieldError) in try fields.integer(name + "_us") }
        guard let number else { return nil }
        guard number >= 0 else { throw .invalidField(name + "_us", expected: "a number from 0") }
        return .microseconds(number)
    }
}
