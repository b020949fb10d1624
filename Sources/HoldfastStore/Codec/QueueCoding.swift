package import HoldfastCore

// The JSON of what a queue allows, each written beside where it is read.

extension JSONWriter {
    /// Writes the limits that there are, and the weight.
    package mutating func limits(_ limits: QueueLimits) {
        if let concurrency = limits.concurrency { field("concurrency", concurrency) }
        if let perProcess = limits.perProcess { field("per_process", perProcess) }
        if let rate = limits.rate {
            key("rate")
            object {
                $0.field("jobs", rate.jobs)
                $0.field("window_us", rate.windowMicroseconds)
            }
        }
        field("weight", limits.weight)
        if let perKey = limits.perKey { field("per_key", perKey) }
    }

    /// Writes who paused a queue, why and since when.
    package mutating func pause(_ pause: QueuePause) {
        object {
            $0.field("since", pause.at)
            $0.key("actor")
            $0.actor(pause.actor)
            $0.field("reason", optional: pause.reason)
        }
    }
}

extension JSONFields {
    /// Reads limits; what is absent is not limited.
    package func limits() throws(JSONFieldError) -> QueueLimits {
        var limits = QueueLimits(
            concurrency: try integer("concurrency").map { Int($0) },
            perProcess: try integer("per_process").map { Int($0) },
            perKey: try integer("per_key").map { Int($0) })
        if let weight = try integer("weight") { limits.weight = Int(weight) }
        if let rate = try object("rate") {
            limits.rate = QueueRate(
                Int(try rate.required("jobs", rate.integer("jobs"))),
                perMicroseconds: try rate.required("window_us", rate.integer("window_us")))
        }
        return limits
    }

    /// Reads who paused a queue.
    package func pause() throws(JSONFieldError) -> QueuePause {
        QueuePause(
            actor: try actor("actor"), reason: try string("reason"),
            at: try required("since", timestamp("since")))
    }
}

/// Turns what the `queues` projection keeps as JSON into text and back.
package enum QueueCodec {
    /// What a queue allows, as a JSON object.
    package static func encode(_ limits: QueueLimits) -> JSONText { JSONWriter.object { $0.limits(limits) } }

    /// Who paused a queue, as a JSON object.
    package static func encode(_ pause: QueuePause) -> JSONText {
        var writer = JSONWriter()
        writer.pause(pause)
        return writer.finish()
    }

    /// The queue of a row.
    ///
    /// - Throws: `JSONFieldError` or `JSONSyntaxError` when a text is no such object.
    package static func decode(
        _ name: QueueName, limits: JSONText, pause: JSONText?, rateDue: Timestamp?
    ) throws -> QueueState {
        QueueState(
            name: name, limits: try JSONFields(limits).limits(),
            pause: try pause.map { try JSONFields($0).pause() }, rateDue: rateDue)
    }
}
