package import HoldfastCore

// The JSON of a retry policy and of a trace's carrier, each written beside where it is read.

extension JSONWriter {
    /// Writes a policy as an object; waits are in microseconds.
    package mutating func retryPolicy(_ name: StaticString, _ policy: RetryPolicy) {
        key(name)
        object {
            $0.field("max_attempts", policy.maxAttempts)
            switch policy.backoff {
            case .none: $0.field("backoff", "none")
            case .constant(let wait):
                $0.field("backoff", "constant")
                $0.field("wait_us", wait.microsecondsRoundedUp)
            case .exponential(let initial, let factor, let maximum):
                $0.field("backoff", "exponential")
                $0.field("wait_us", initial.microsecondsRoundedUp)
                $0.field("factor", factor)
                $0.field("maximum_us", maximum.microsecondsRoundedUp)
            case .table(let waits):
                $0.field("backoff", "table")
                $0.key("waits_us")
                $0.array { for wait in waits { $0.number(wait.microsecondsRoundedUp) } }
            }
            $0.field("jitter", policy.jitter)
        }
    }

    /// Writes the carrier of a trace as the object `trace`, its names in order.
    package mutating func trace(_ trace: TraceCarrier) {
        key("trace")
        object { writer in
            for (name, value) in trace.sorted {
                writer.key(text: name)
                writer.string(value)
            }
        }
    }
}

extension JSONFields {
    /// Reads a policy as it was written.
    package func retryPolicy(_ name: String) throws(JSONFieldError) -> RetryPolicy {
        let fields = try required(name, object(name))
        let wait = Duration.microseconds(try fields.integer("wait_us") ?? 0)
        let backoff: Backoff
        switch try fields.string("backoff") {
        case "none": backoff = .none
        case "constant": backoff = .constant(wait)
        case "exponential":
            backoff = .exponential(
                initial: wait, factor: try fields.double("factor") ?? 2,
                maximum: .microseconds(try fields.integer("maximum_us") ?? Int64.max / 4))
        case "table": backoff = .table(try fields.microseconds("waits_us") ?? [])
        default: throw JSONFieldError(field: "backoff", expected: "none, constant, exponential or table")
        }
        return RetryPolicy(
            maxAttempts: Int(try fields.integer("max_attempts") ?? 1), backoff: backoff,
            jitter: try fields.double("jitter") ?? 0)
    }

    /// Reads a list of lengths of time in microseconds; nil when absent or `null`.
    package func microseconds(_ name: String) throws(JSONFieldError) -> [Duration]? {
        guard let value = raw(name) else { return nil }
        guard let numbers = JSONValues.elements(value)?.map({ Int64($0.text) }), !numbers.contains(nil) else {
            throw JSONFieldError(field: name, expected: "a list of whole numbers of microseconds")
        }
        return numbers.compactMap(\.self).map { .microseconds($0) }
    }

    /// Reads the carrier of a trace; nil when there is none.
    package func trace() throws(JSONFieldError) -> TraceCarrier? {
        guard let fields = try object("trace") else { return nil }
        var values: [String: String] = [:]
        for name in fields.keys { values[name] = try fields.string(name) }
        return TraceCarrier(values)
    }
}
