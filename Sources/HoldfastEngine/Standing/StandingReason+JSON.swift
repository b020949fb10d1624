package import HoldfastCore
import HoldfastStore

// The JSON of a reason: the code, and of all else what there is.
extension StandingReason {
    /// The object.
    package var json: JSONText {
        JSONWriter.object { writer in
            writer.field("code", code.rawValue)
            if let since { writer.field("since", since) }
            if let until { writer.field("until", until) }
            if let seenAt { writer.field("seen_at", seenAt) }
            if let actor { writer.field("actor", actor.json) }
            writer.field("reason", optional: reason)
            if let failure { writer.error(failure) }
            if let cause { writer.field("cause", cause.rawValue) }
            if let attempt { writer.field("attempt", attempt) }
            if let attempts { writer.field("attempts", attempts) }
            if let step {
                writer.key("step")
                writer.object { $0.step(step) }
            }
            if let wait {
                writer.key("wait")
                writer.object { $0.wait(wait) }
            }
            if let group { writer.field("group", group) }
            if let onDeadline { writer.field("on_deadline", onDeadline.rawValue) }
            writePlaces(to: &writer)
        }
    }

    private func writePlaces(to writer: inout JSONWriter) {
        if let worker { writer.field("worker", worker) }
        if let engine { writer.field("engine", engine) }
        if let progress {
            writer.key("progress")
            writer.object { $0.progress(progress) }
        }
        if !jobs.isEmpty {
            writer.key("jobs")
            writer.array { list in
                for job in jobs {
                    list.object {
                        $0.field("id", job.id.description)
                        $0.field("state", job.state.rawValue)
                    }
                }
            }
        }
        if let count { writer.field("count", count) }
        if isAtLeast { writer.field("at_least", true) }
        if let limit { writer.field("limit", limit) }
        if let key { writer.field("key", key) }
        if let rate {
            writer.key("rate")
            writer.object {
                $0.field("jobs", rate.jobs)
                $0.field("window_us", rate.windowMicroseconds)
            }
        }
        if let budget {
            writer.key("budget")
            writer.object { $0.budget(budget) }
        }
        if let spent { writer.field("spent", spent.description) }
        if !kinds.isEmpty { writer.field("kinds", kinds.map(\.rawValue)) }
        if !queues.isEmpty { writer.field("queues", queues.map(\.rawValue)) }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        self.init(try fields.literal("code"))
        since = try fields.timestamp("since")
        until = try fields.timestamp("until")
        seenAt = try fields.timestamp("seen_at")
        if fields.raw("actor") != nil { actor = try fields.actor("actor") }
        reason = try fields.string("reason")
        step = try fields.object("step")?.step()
        if fields.raw("error") != nil { failure = try fields.error(step: step) }
        if fields.raw("cause") != nil { cause = try fields.literal("cause") }
        attempt = try fields.integer("attempt").map { Int($0) }
        attempts = try fields.integer("attempts").map { Int($0) }
        wait = try fields.object("wait")?.wait()
        group = try fields.name("group")
        if fields.raw("on_deadline") != nil { onDeadline = try fields.literal("on_deadline") }
        try readPlaces(of: fields)
    }

    private mutating func readPlaces(of fields: JSONFields) throws {
        worker = try fields.name("worker")
        engine = try fields.name("engine")
        progress = try fields.object("progress")?.progress()
        jobs = try (fields.raw("jobs").flatMap(JSONValues.elements) ?? []).map { element in
            let job = try JSONFields(element)
            return StandingJob(id: try job.job("id"), state: try job.literal("state"))
        }
        count = try fields.integer("count").map { Int($0) }
        isAtLeast = try fields.bool("at_least") ?? false
        limit = try fields.integer("limit").map { Int($0) }
        key = try fields.name("key")
        if let rate = try fields.object("rate") {
            self.rate = QueueRate(
                Int(try rate.required("jobs", rate.integer("jobs"))),
                perMicroseconds: try rate.required("window_us", rate.integer("window_us")))
        }
        budget = try fields.object("budget")?.budget()
        spent = try fields.cost("spent")
        kinds = (try fields.strings("kinds") ?? []).map(JobKind.init(unchecked:))
        queues = (try fields.strings("queues") ?? []).map(QueueName.init(unchecked:))
    }
}
