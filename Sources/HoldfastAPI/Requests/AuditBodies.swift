public import HoldfastCore

/// The body of `POST /v1/prune`.
public struct PruneBody: Hashable, Sendable {
    /// Which jobs go: those that fit one of them; at least one.
    public var rules: [RetentionRule]
    /// Why, for the record.
    public var reason: String?
    /// Only tell how much would go.
    public var isDryRun: Bool

    private static let ruleNames = ["kind", "states", "older_than_seconds", "keep", "keep_bytes"]

    /// Says which jobs go.
    public init(_ rules: [RetentionRule], reason: String? = nil, isDryRun: Bool = false) {
        self.rules = rules
        self.reason = reason
        self.isDryRun = isDryRun
    }

    /// Reads a body: `{"rules": [{"older_than_seconds": 2592000}], "reason"?, "dry_run"?}`.
    ///
    /// A rule has to say an age, a number or a size.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Sequence<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: ["rules", "reason", "dry_run"])
        guard let list = body.raw("rules").map({ JSONValues.elements($0) ?? [] }), !list.isEmpty else {
            throw .invalidField("rules", expected: "given, as a list of rules")
        }
        rules = []
        for json in list {
            let rule = try RequestObject(parsing: json.text.utf8, known: Self.ruleNames)
            guard ["older_than_seconds", "keep", "keep_bytes"].contains(where: { rule.raw($0) != nil }) else {
                throw .invalidField(
                    "rules", expected: "rules with older_than_seconds, keep or keep_bytes, or several of them"
                )
            }
            rules.append(try rule.value { fields throws(JSONFieldError) in try fields.rule() })
        }
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        isDryRun = try body.value { fields throws(JSONFieldError) in try fields.bool("dry_run") } ?? false
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.key("rules")
            writer.rules(rules)
            writer.field("reason", optional: reason)
            if isDryRun { writer.field("dry_run", true) }
        }
    }
}

/// The body of `POST /v1/verify`; an empty one says as much as `{}`.
public struct VerifyBody: Hashable, Sendable {
    /// An end of the log that somebody kept elsewhere, as `POSITION-HASH`.
    public var head: String?
    /// Compare every index with its table as well.
    public var isThorough: Bool

    /// Says how to look.
    public init(head: String? = nil, isThorough: Bool = false) {
        self.head = head
        self.isThorough = isThorough
    }

    /// Reads a body: `{"head"?, "thorough"?}`.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        self.init()
        guard !bytes.isEmpty else { return }
        let body = try RequestObject(parsing: bytes, known: ["head", "thorough"])
        head = try body.value { fields throws(JSONFieldError) in try fields.string("head") }
        isThorough = try body.value { fields throws(JSONFieldError) in try fields.bool("thorough") } ?? false
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("head", optional: head)
            if isThorough { writer.field("thorough", true) }
        }
    }
}

/// The body of `POST /v1/rebuild`; an empty one says as much as `{}`.
public struct RebuildBody: Hashable, Sendable {
    /// Only tell which rows differ.
    public var isDryRun: Bool

    /// Says whether to write.
    public init(isDryRun: Bool = false) { self.isDryRun = isDryRun }

    /// Reads a body: `{"dry_run"?}`.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        self.init()
        guard !bytes.isEmpty else { return }
        let body = try RequestObject(parsing: bytes, known: ["dry_run"])
        isDryRun = try body.value { fields throws(JSONFieldError) in try fields.bool("dry_run") } ?? false
    }

    /// The JSON of the body.
    public var json: JSONText { JSONWriter.object { if isDryRun { $0.field("dry_run", true) } } }
}
