public import HoldfastCore

// The JSON of the values that several events and states share, each written beside where it is read.

extension JSONWriter {
    /// Writes a value inline, or as `<name>_ref` when it is kept beside the log.
    package mutating func payload(_ name: StaticString, _ payload: Payload) {
        switch payload {
        case .inline(let value): field(name, value)
        case .stored(let reference):
            key(text: "\(name)_ref")
            object {
                $0.field("sha256", reference.sha256)
                $0.field("bytes", reference.bytes)
            }
        }
    }

    package mutating func step(_ step: StepKey) {
        field("name", step.name)
        field("occurrence", step.occurrence)
    }

    /// Writes the error and the step it came from.
    package mutating func failure(_ failure: JobFailure) {
        error(failure)
        guard let step = failure.step else { return }
        key("step")
        object { $0.step(step) }
    }

    package mutating func error(_ failure: JobFailure) {
        key("error")
        object {
            $0.field("type", failure.type)
            $0.field("message", failure.message)
        }
    }

    package mutating func progress(_ progress: Progress) {
        switch progress.amount {
        case .fraction(let part): field("fraction", part)
        case .count(let done, let total):
            field("done", done)
            if let total { field("total", total) }
        case nil: break
        }
        field("phase", optional: progress.phase)
        field("message", optional: progress.message)
        guard !progress.counters.isEmpty else { return }
        key("counters")
        object { counters in
            for (name, value) in progress.counters.sorted(by: { $0.key < $1.key }) {
                counters.key(text: name)
                counters.number(value)
            }
        }
    }

    package mutating func debounce(_ name: StaticString, _ mark: DebounceMark) {
        key(name)
        object {
            if let latest = mark.latest { $0.field("latest", latest) }
            $0.field("input_sha256", mark.inputDigest)
        }
    }

    package mutating func actor(_ actor: EventActor) {
        object {
            $0.field("type", actor.role.rawValue)
            $0.field("id", actor.id)
        }
    }
}

extension JSONFields {
    /// Reads a value that may be kept beside the log; an absent one is `null`.
    package func payload(_ name: String) throws(JSONFieldError) -> Payload {
        if let reference = try object(name + "_ref") {
            return .stored(
                PayloadReference(
                    sha256: try reference.required("sha256", reference.string("sha256")),
                    bytes: try reference.required("bytes", reference.integer("bytes"))))
        }
        return .inline(raw(name) ?? .null)
    }

    package func step() throws(JSONFieldError) -> StepKey {
        StepKey(
            try required("name", name("name")),
            occurrence: Int(try required("occurrence", integer("occurrence"))))
    }

    package func failure() throws(JSONFieldError) -> JobFailure {
        try error(step: try object("step")?.step())
    }

    package func error(step: StepKey?) throws(JSONFieldError) -> JobFailure {
        let error = try required("error", object("error"))
        return JobFailure(
            type: try error.required("type", error.string("type")),
            message: try error.required("message", error.string("message")), step: step)
    }

    package func progress() throws(JSONFieldError) -> Progress {
        let amount: Progress.Amount? =
            if let part = try double("fraction") {
                .fraction(part)
            } else if let done = try integer("done") {
                .count(done: done, total: try integer("total"))
            } else {
                nil
            }
        var counters: [String: Int64] = [:]
        if let fields = try object("counters") {
            for name in fields.keys { counters[name] = try fields.integer(name) }
        }
        return Progress(
            amount, phase: try string("phase"), message: try string("message"), counters: counters)
    }

    package func debounce(_ name: String) throws(JSONFieldError) -> DebounceMark? {
        guard let fields = try object(name) else { return nil }
        return DebounceMark(
            latest: try fields.timestamp("latest"),
            inputDigest: try fields.required("input_sha256", fields.string("input_sha256")))
    }

    /// Reads a priority; an absent one is the normal one.
    package func priority() throws(JSONFieldError) -> JobPriority {
        guard let priority = JobPriority(Int(clamping: try integer("priority") ?? 0)) else {
            throw JSONFieldError(field: "priority", expected: "a number from -100 to 100")
        }
        return priority
    }

    /// Reads one of an enumeration's stored texts.
    package func literal<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, as type: Value.Type = Value.self
    ) throws(JSONFieldError) -> Value {
        guard let text = try string(name), let value = Value(rawValue: text) else {
            throw JSONFieldError(
                field: name, expected: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    package func actor(_ name: String) throws(JSONFieldError) -> EventActor {
        let fields = try required(name, object(name))
        return EventActor(
            role: try fields.literal("type"), id: try fields.required("id", fields.string("id")))
    }
}

extension EventActor {
    /// The actor as it is stored and sent.
    public var json: JSONText {
        var writer = JSONWriter(capacity: 64)
        writer.actor(self)
        return writer.finish()
    }

    /// Reads an actor as it is stored.
    ///
    /// - Throws: `JSONFieldError` or `JSONSyntaxError` when the text is none.
    package init(json: JSONText) throws {
        let fields = try JSONFields(json)
        self.init(
            role: try fields.literal("type"), id: try fields.required("id", fields.string("id")))
    }
}
