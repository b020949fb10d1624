public import HoldfastCore

/// The body of `POST /v1/bulk`.
public struct BulkBody: Hashable, Sendable {
    /// What is given to each job.
    public var command: BulkAction
    /// Which jobs are meant.
    public var filter: JobFilter
    /// Over how long due times are spread; nil for at once.
    public var spread: Duration?
    /// Only count the jobs.
    public var isDryRun: Bool

    /// Describes an operation.
    public init(_ command: BulkAction, _ filter: JobFilter, spread: Duration? = nil, isDryRun: Bool = false) {
        self.command = command
        self.filter = filter
        self.spread = spread
        self.isDryRun = isDryRun
    }

    /// Reads a body: `{"command": "retry", "filter": {"state": ["failed"], ..}, "reason"?, "spread"?, "dry_run"?}`.
    ///
    /// The filter has to be there, and may be `{}` for all jobs.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(
            parsing: bytes,
            known: ["command", "filter", "reason", "priority", "not_before", "spread", "dry_run"])
        let reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        command = try body.value { fields throws(JSONFieldError) in
            try BulkBody.action(fields, reason: reason)
        }
        let known = ["state", "kind", "queue", "tag", "owner"]
        guard let filter = try body.object("filter", known: known) else {
            throw .invalidField("filter", expected: "given; {} means all jobs")
        }
        self.filter = try filter.value { fields throws(JSONFieldError) in
            JobFilter(
                phases: try BulkBody.phases(fields), kind: try fields.name("kind"),
                queue: try fields.name("queue"), tag: try fields.name("tag"), owner: try fields.name("owner"))
        }
        let seconds = try body.value { fields throws(JSONFieldError) in try fields.double("spread") }
        guard (0...31_536_000).contains(seconds ?? 0) else {
            throw .invalidField("spread", expected: "a number of seconds from 0 to a year")
        }
        spread = seconds.map { .seconds($0) }
        isDryRun = try body.value { fields throws(JSONFieldError) in try fields.bool("dry_run") } ?? false
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("command", command.verb.rawValue)
            switch command {
            case .cancel(let reason, _), .pause(let reason, _), .resume(let reason), .retry(let reason):
                writer.field("reason", optional: reason)
            case .reprioritise(let priority, let reason):
                writer.field("priority", priority.value)
                writer.field("reason", optional: reason)
            case .reschedule(let moment, let reason):
                writer.field("not_before", moment)
                writer.field("reason", optional: reason)
            }
            writer.key("filter")
            writer.object { object in
                if let phases = filter.phases { object.field("state", phases.map(\.rawValue).sorted()) }
                if let kind = filter.kind { object.field("kind", kind) }
                if let queue = filter.queue { object.field("queue", queue) }
                if let tag = filter.tag { object.field("tag", tag) }
                if let owner = filter.owner { object.field("owner", owner) }
            }
            if let spread { writer.field("spread", Double(spread.microsecondsRoundedUp) / 1_000_000) }
            if isDryRun { writer.field("dry_run", true) }
        }
    }

    private static func action(_ fields: JSONFields, reason: String?) throws(JSONFieldError) -> BulkAction {
        let name = try fields.required("command", fields.string("command"))
        switch BulkVerb(rawValue: name) {
        case .cancel: return .cancel(reason: reason)
        case .pause: return .pause(reason: reason)
        case .resume: return .resume(reason: reason)
        case .retry: return .retry(reason: reason)
        case .reprioritise:
            let number = try fields.required("priority", fields.integer("priority"))
            guard let priority = Int(exactly: number).flatMap({ JobPriority($0) }) else {
                throw JSONFieldError(field: "priority", expected: "a whole number from -100 to 100")
            }
            return .reprioritise(priority, reason: reason)
        case .reschedule:
            return .reschedule(
                try fields.required("not_before", fields.timestamp("not_before")), reason: reason)
        case nil:
            let all = BulkVerb.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONFieldError(field: "command", expected: "one of \(all)")
        }
    }

    private static func phases(_ fields: JSONFields) throws(JSONFieldError) -> Set<JobPhaseName>? {
        guard fields.raw("state") != nil else { return nil }
        let names = try fields.strings("state") ?? []
        let phases = Set(names.compactMap(JobPhaseName.init(rawValue:)))
        guard !names.isEmpty, phases.count == Set(names).count else {
            let all = JobPhaseName.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONFieldError(field: "state", expected: "a list of states, which are \(all)")
        }
        return phases
    }
}
