public import HoldfastCore

/// The body of `POST /v1/jobs/:id/checkpoints/:name`.
public struct DecisionBody: Hashable, Sendable {
    /// What is decided.
    public var choice: CheckpointChoice
    /// Why, in words for people.
    public var reason: String?
    /// What the handler is given: any JSON value.
    public var value: JSONText

    /// Decides.
    public init(_ choice: CheckpointChoice, reason: String? = nil, value: JSONText = .null) {
        self.choice = choice
        self.reason = reason
        self.value = value
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("decision", choice.rawValue)
            writer.field("reason", optional: reason)
            if value != .null { writer.field("data", value) }
        }
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: ["decision", "reason", "data"])
        let name = try body.value { fields throws(JSONFieldError) in try fields.string("decision") }
        guard let choice = name.flatMap(CheckpointChoice.init(rawValue:)) else {
            throw .invalidField("decision", expected: "approve or reject")
        }
        self.choice = choice
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        value = body.raw("data") ?? .null
    }
}

/// The body of `POST /v1/jobs/:id/signal`.
public struct SignalBody: Hashable, Sendable {
    /// The signal's name.
    public var name: WaitName
    /// Any JSON value.
    public var payload: JSONText

    /// Describes a signal.
    public init(_ name: WaitName, _ payload: JSONText = .null) {
        self.name = name
        self.payload = payload
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("name", name)
            if payload != .null { writer.field("payload", payload) }
        }
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        let body = try RequestObject(parsing: bytes, known: ["name", "payload"])
        name = try body.value { fields throws(JSONFieldError) in
            try fields.required("name", fields.name("name"))
        }
        payload = body.raw("payload") ?? .null
    }
}

/// The body of `POST /v1/jobs/:id/fork`.
public struct ForkBody: Hashable, Sendable {
    /// The first step that runs again.
    public var step: StepKey
    /// Another input; nil for the same.
    public var input: JSONText?
    /// Why, in words for people.
    public var reason: String?
    /// Only say what would be reused.
    public var isDryRun: Bool

    /// Asks for a fork.
    public init(
        at step: StepKey, input: JSONText? = nil, reason: String? = nil, isDryRun: Bool = false
    ) {
        self.step = step
        self.input = input
        self.reason = reason
        self.isDryRun = isDryRun
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("step", step.name)
            writer.field("occurrence", step.occurrence)
            if let input { writer.field("input", input) }
            writer.field("reason", optional: reason)
            if isDryRun { writer.field("dry_run", true) }
        }
    }

    /// Reads a body.
    ///
    /// - Throws: `RequestFault` that names the field which does not fit.
    public init(parsing bytes: some Collection<UInt8>) throws(RequestFault) {
        let body = try RequestObject(
            parsing: bytes, known: ["step", "occurrence", "input", "reason", "dry_run"])
        let name: StepName = try body.value { fields throws(JSONFieldError) in
            try fields.required("step", fields.name("step"))
        }
        let occurrence =
            try body.value { fields throws(JSONFieldError) in try fields.integer("occurrence") } ?? 1
        guard (1...Int64(Int32.max)).contains(occurrence) else {
            throw .invalidField("occurrence", expected: "a whole number from 1")
        }
        step = StepKey(name, occurrence: Int(occurrence))
        input = body.has("input") ? body.raw("input") ?? .null : nil
        reason = try body.value { fields throws(JSONFieldError) in try fields.string("reason") }
        isDryRun = try body.value { fields throws(JSONFieldError) in try fields.bool("dry_run") } ?? false
    }
}
