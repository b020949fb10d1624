package import HoldfastCore

// The JSON of the events of bulk operations.
extension EventCodec {
    static func encode(_ event: BulkEvent, into writer: inout JSONWriter) {
        writer.field("id", event.id)
        switch event {
        case .started(let event):
            writer.bulkAction("command", event.command)
            writer.filter("filter", event.filter)
            if let spread = event.spread { writer.field("spread_us", spread.microsecondsRoundedUp) }
            writer.field("through", optional: event.through?.description)
        case .progressed(let event):
            writer.field("engine", event.engine)
            writer.bulkCount(event.count)
        case .finished(let event): writer.bulkCount(event.count)
        }
    }

    /// Nil when the kind is none of a bulk operation's.
    static func decodeBulkEvent(_ kind: EventKind, _ fields: JSONFields) throws(JSONFieldError) -> BulkEvent?
    {
        switch kind {
        case .bulkStarted:
            .started(
                BulkStarted(
                    id: try fields.required("id", fields.name("id")),
                    command: try fields.bulkAction("command"),
                    filter: try fields.filter("filter"),
                    spread: try fields.integer("spread_us").map { .microseconds($0) },
                    through: try fields.optionalJob("through")))
        case .bulkProgressed:
            .progressed(
                BulkProgressed(
                    id: try fields.required("id", fields.name("id")),
                    engine: try fields.required("engine", fields.name("engine")),
                    count: try fields.bulkCount()))
        case .bulkFinished:
            .finished(
                BulkFinished(
                    id: try fields.required("id", fields.name("id")), count: try fields.bulkCount()))
        default: nil
        }
    }
}

extension JSONWriter {
    /// Writes what is asked of each job: its verb and what belongs to that.
    package mutating func bulkAction(_ name: StaticString, _ action: BulkAction) {
        key(name)
        object { writer in
            writer.field("verb", action.verb.rawValue)
            switch action {
            case .cancel(let reason, let within), .pause(let reason, let within):
                writer.field("reason", optional: reason)
                if let within { writer.field("within_us", within.microsecondsRoundedUp) }
            case .resume(let reason), .retry(let reason): writer.field("reason", optional: reason)
            case .reprioritise(let priority, let reason):
                writer.field("priority", priority.value)
                writer.field("reason", optional: reason)
            case .reschedule(let moment, let reason):
                writer.field("until", moment)
                writer.field("reason", optional: reason)
            }
        }
    }

    package mutating func filter(_ name: StaticString, _ filter: JobFilter) {
        key(name)
        object { writer in
            if let phases = filter.phases { writer.field("state", phases.map(\.rawValue).sorted()) }
            if let kind = filter.kind { writer.field("kind", kind) }
            if let queue = filter.queue { writer.field("queue", queue) }
            if let tag = filter.tag { writer.field("tag", tag) }
            if let owner = filter.owner { writer.field("owner", owner) }
        }
    }

    package mutating func bulkCount(_ count: BulkCount) {
        field("matched", count.matched)
        field("changed", count.changed)
        field("refused", count.refused)
        field("cursor", optional: count.cursor?.description)
    }
}

extension JSONFields {
    /// Reads what is asked of each job.
    package func bulkAction(_ name: String) throws(JSONFieldError) -> BulkAction {
        let fields = try required(name, object(name))
        let reason = try fields.string("reason")
        let within = try fields.integer("within_us").map { Duration.microseconds($0) }
        switch try fields.literal("verb", as: BulkVerb.self) {
        case .cancel: return .cancel(reason: reason, within: within)
        case .pause: return .pause(reason: reason, within: within)
        case .resume: return .resume(reason: reason)
        case .retry: return .retry(reason: reason)
        case .reprioritise:
            let value = try fields.required("priority", fields.integer("priority"))
            guard let priority = JobPriority(Int(value)) else {
                throw JSONFieldError(field: "priority", expected: "a number from -100 to 100")
            }
            return .reprioritise(priority, reason: reason)
        case .reschedule:
            return .reschedule(
                try fields.required("until", fields.timestamp("until")), reason: reason)
        }
    }

    /// Reads which jobs are meant.
    package func filter(_ name: String) throws(JSONFieldError) -> JobFilter {
        let fields = try required(name, object(name))
        let states = try fields.strings("state")
        let phases = states.map { Set($0.compactMap(JobPhaseName.init(rawValue:))) }
        guard phases?.count == states.map({ Set($0).count }) else {
            throw JSONFieldError(
                field: "state",
                expected: "a list of " + JobPhaseName.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return JobFilter(
            phases: phases, kind: try fields.name("kind"), queue: try fields.name("queue"),
            tag: try fields.name("tag"), owner: try fields.name("owner"))
    }

    package func bulkCount() throws(JSONFieldError) -> BulkCount {
        BulkCount(
            matched: try required("matched", integer("matched")),
            changed: try required("changed", integer("changed")),
            refused: try required("refused", integer("refused")), cursor: try optionalJob("cursor"))
    }

    package func optionalJob(_ name: String) throws(JSONFieldError) -> JobID? {
        guard let text = try string(name) else { return nil }
        guard let job = JobID(text) else { throw JSONFieldError(field: name, expected: "the id of a job") }
        return job
    }
}
