import HoldfastAPI
public import HoldfastCore

/// What a reader of a stream is given: an event of the log, a snapshot with which it begins, or word of a gap.
public struct StreamEvent: Hashable, Sendable {
    /// The cursor behind it: what to give as `StreamStart.after` to go on there.
    public let cursor: EventLogPosition
    /// Its name: the kind of a stored event such as `step.completed`, else `stream.snapshot` or `stream.gap`.
    public let kind: String
    /// The JSON on one line; of a stored event its envelope, from a stream byte for byte as it was sent.
    public let json: JSONText
    /// The identity of the log that the cursor is of; nil while the server has not named it.
    public let log: String?

    /// Puts an event together.
    public init(cursor: EventLogPosition, kind: String, json: JSONText, log: String?) {
        self.cursor = cursor
        self.kind = kind
        self.json = json
        self.log = log
    }

    /// Whether it is an event of the log.
    public var isStored: Bool { !kind.hasPrefix("stream.") }

    /// What is particular to the kind: the `data` of a stored event, all there is of another one.
    public var data: JSONText {
        guard isStored, let fields = try? JSONFields(json) else { return json }
        return fields.raw("data") ?? .null
    }

    /// The job that a stored event is of, or the snapshot's; nil for events of the engine itself.
    public var job: JobID? {
        guard let fields = try? JSONFields(json), let text = try? fields.string("job") else { return nil }
        return JobID(text)
    }
}

/// A change of events that a stream of many jobs has: all that is given must hold, of a list one entry is enough.
public struct StreamFilter: Hashable, Sendable {
    /// Only events of these jobs.
    public var jobs: [JobID]
    /// Only events of jobs of these kinds.
    public var kinds: [JobKind]
    /// Only events of jobs of these queues.
    public var queues: [QueueName]
    /// Only events of jobs with one of these tags.
    public var tags: [JobTag]
    /// Only events of this owner's jobs; `me` is the caller.
    public var owner: Owner?
    /// Only events of these kinds.
    public var types: [EventKind]

    /// Chooses events; nothing said chooses all that the caller may see.
    public init(
        jobs: [JobID] = [], kinds: [JobKind] = [], queues: [QueueName] = [], tags: [JobTag] = [],
        owner: Owner? = nil, types: [EventKind] = []
    ) {
        self.jobs = jobs
        self.kinds = kinds
        self.queues = queues
        self.tags = tags
        self.owner = owner
        self.types = types
    }

    var query: [QueryItem] {
        jobs.map { QueryItem("job", $0.description) } + kinds.map { QueryItem("kind", $0.rawValue) }
            + queues.map { QueryItem("queue", $0.rawValue) } + tags.map { QueryItem("tag", $0.rawValue) }
            + (owner.map { [QueryItem("owner", $0.rawValue)] } ?? [])
            + types.map { QueryItem("types", $0.rawValue) }
    }

    /// The filter as a stream token is bound to it.
    var scope: StreamTokenBody.Scope {
        .filter(Dictionary(grouping: query, by: \.name).mapValues { $0.map(\.value) })
    }
}
