public import HoldfastCore

/// The body of `POST /v1/jobs`.
public struct EnqueueBody: Hashable, Sendable {
    /// What kind of job it is.
    public var kind: JobKind
    /// The input as JSON, byte for byte as it was given; `{}` when there is none.
    public var input: JSONText
    /// The lane; nil for `default`.
    public var queue: QueueName?
    /// Which of the queue's jobs run first; nil for normal.
    public var priority: JobPriority?
    /// Names the piece of work.
    public var key: JobKey?
    /// For how long a job keeps the key, and what happens to a request that meets it.
    public var unique: Uniqueness
    /// Gathers repeats under the key into one job.
    public var debounce: Debounce?
    /// The moment before which the job must not start.
    public var notBefore: Timestamp?
    /// Marks for filters.
    public var tags: [JobTag]
    /// How often and when the job is tried again; nil for the standard policy.
    public var retry: RetryChoice?
    /// What the queue's limit per key counts the job under, such as a customer.
    public var limitKey: LimitKey?
    /// What the job may spend; nil for anything.
    public var budget: JobBudget?
    /// Whom the job belongs to; nil for whoever enqueues it.
    ///
    /// Only an admin may name somebody else.
    public var owner: Owner?
    /// Answer with a token that opens the job's streams.
    public var wantsStreamToken: Bool
    /// Accept the kind although no worker ever announced it.
    public var acceptsAnyKind: Bool
    /// Whether the job's values are encrypted with a key of its own.
    public var isEncrypted: Bool

    /// Describes a job.
    public init(
        kind: JobKind, input: JSONText = .emptyObject, queue: QueueName? = nil, priority: JobPriority? = nil,
        key: JobKey? = nil, notBefore: Timestamp? = nil, tags: [JobTag] = [], retry: RetryChoice? = nil,
        unique: Uniqueness = .whileUnfinished, debounce: Debounce? = nil, budget: JobBudget? = nil,
        limitKey: LimitKey? = nil, owner: Owner? = nil, wantsStreamToken: Bool = false,
        acceptsAnyKind: Bool = false, isEncrypted: Bool = false
    ) {
        self.isEncrypted = isEncrypted
        self.kind = kind
        self.input = input
        self.queue = queue
        self.priority = priority
        self.key = key
        self.unique = unique
        self.debounce = debounce
        self.notBefore = notBefore
        self.tags = tags
        self.retry = retry
        self.limitKey = limitKey
        self.budget = budget
        self.owner = owner
        self.wantsStreamToken = wantsStreamToken
        self.acceptsAnyKind = acceptsAnyKind
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(
            parsing: bytes,
            known: [
                "kind", "input", "queue", "priority", "key", "unique", "debounce", "not_before", "tags",
                "retry", "budget", "limit_key", "owner", "stream_token", "any_kind",
                "encrypt",
            ])
        kind = try body.value { fields throws(JSONFieldError) in
            try fields.required("kind", fields.name("kind"))
        }
        // What was given as null is null; only what was not given becomes the input without fields.
        input = body.raw("input") ?? (body.has("input") ? .null : .emptyObject)
        queue = try body.value { fields throws(JSONFieldError) in try fields.name("queue") }
        priority = try EnqueueBody.priority(of: body)
        key = try body.value { fields throws(JSONFieldError) in try fields.name("key") }
        let terms = try EnqueueBody.terms(of: body)
        unique = terms.unique
        debounce = terms.debounce
        if key == nil, body.has("unique") || body.has("debounce") {
            throw .invalidField(
                "key", expected: "given, because \"unique\" and \"debounce\" say what a key means")
        }
        notBefore = try body.value { fields throws(JSONFieldError) in try fields.timestamp("not_before") }
        tags = try EnqueueBody.tags(of: body)
        retry = try EnqueueBody.retry(of: body)
        limitKey = try body.value { fields throws(JSONFieldError) in try fields.name("limit_key") }
        budget = try EnqueueBody.budget(of: body)
        owner = try body.value { fields throws(JSONFieldError) in try fields.name("owner") }
        wantsStreamToken =
            try body.value { fields throws(JSONFieldError) in try fields.bool("stream_token") } ?? false
        acceptsAnyKind =
            try body.value { fields throws(JSONFieldError) in try fields.bool("any_kind") } ?? false
        isEncrypted = try body.value { fields throws(JSONFieldError) in try fields.bool("encrypt") } ?? false
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object(capacity: 192 + input.byteCount) { writer in
            writer.field("kind", kind)
            writer.field("input", input)
            if let queue { writer.field("queue", queue) }
            if let priority { writer.field("priority", priority.value) }
            if let key { writer.field("key", key) }
            writeTerms(into: &writer)
            if let notBefore { writer.field("not_before", notBefore) }
            if !tags.isEmpty { writer.field("tags", tags.map(\.rawValue)) }
            if let retry { writer.field("retry", retry.json) }
            if let limitKey { writer.field("limit_key", limitKey) }
            if let budget {
                writer.key("budget")
                writer.object {
                    $0.field("limit", budget.limit.description)
                    $0.field("unit", budget.unit)
                    $0.field("policy", budget.policy.rawValue)
                }
            }
            if let owner { writer.field("owner", owner) }
            if wantsStreamToken { writer.field("stream_token", true) }
            if acceptsAnyKind { writer.field("any_kind", true) }
            if isEncrypted { writer.field("encrypt", true) }
        }
    }

    static func priority(of body: RequestObject) throws(RequestFault) -> JobPriority? {
        guard let raw = body.raw("priority") else { return nil }
        switch JSONValues.string(raw) {
        case "high": return .high
        case "normal": return .normal
        case "low": return .low
        default: break
        }
        guard let number = Int(raw.text), let priority = JobPriority(number) else {
            throw .invalidField("priority", expected: "high, normal, low or a whole number from -100 to 100")
        }
        return priority
    }

    private static func tags(of body: RequestObject) throws(RequestFault) -> [JobTag] {
        let texts = try body.value { fields throws(JSONFieldError) in try fields.strings("tags") } ?? []
        let tags = texts.compactMap(JobTag.init(rawValue:))
        guard tags.count == texts.count else {
            throw .invalidField("tags", expected: "a list of names (\(TextIdentifierRules.explanation))")
        }
        return tags
    }

    private static func budget(of body: RequestObject) throws(RequestFault) -> JobBudget? {
        guard let budget = try body.object("budget", known: ["limit", "unit", "policy"]) else { return nil }
        let limit = try budget.value { fields throws(JSONFieldError) in
            try fields.required("limit", fields.cost("limit"))
        }
        guard limit > .zero else { throw .invalidField("limit", expected: "an amount above 0") }
        let unit: CostUnit = try budget.value { fields throws(JSONFieldError) in
            try fields.required("unit", fields.name("unit"))
        }
        let name = try budget.value { fields throws(JSONFieldError) in try fields.string("policy") }
        guard let name else { return JobBudget(limit: limit, unit: unit) }
        guard let policy = JobBudget.Policy(rawValue: name) else {
            throw .invalidField("policy", expected: "pause or fail")
        }
        return JobBudget(limit: limit, unit: unit, policy: policy)
    }

    private static func retry(of body: RequestObject) throws(RequestFault) -> RetryChoice? {
        guard let object = try body.object("retry", known: RetryChoice.fields) else { return nil }
        let choice = try RetryChoice(parsing: object)
        _ = try choice.policy()
        return choice
    }
}
