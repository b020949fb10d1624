package import HoldfastCore
import HoldfastStore

// The JSON of a comparison, each part written beside where it is read.
extension JobComparison {
    /// The object that the API and the command line show.
    package var json: JSONText {
        JSONWriter.object(capacity: 1024 + steps.count * 400) { writer in
            writer.field("same", isSame)
            writer.field("differences", differences.map(\.rawValue))
            writer.field("a", a.json)
            writer.field("b", b.json)
            if let fork {
                writer.key("fork")
                writer.object {
                    $0.field("run", fork.isB ? "b" : "a")
                    $0.key("step")
                    $0.object { $0.step(fork.step) }
                }
            }
            if let firstDivergence { writer.field("first_divergence", firstDivergence.json) }
            writer.key("step_count")
            writer.object {
                $0.field("same", stepCount.same)
                $0.field("reused", stepCount.reused)
                $0.field("different", stepCount.different)
                $0.field("only_a", stepCount.onlyA)
                $0.field("only_b", stepCount.onlyB)
            }
            writer.key("steps")
            writer.array { for step in steps { $0.raw(step.json) } }
            writer.key("waits")
            writer.array { for wait in waits { $0.raw(wait.json) } }
            if hasMoreWaits { writer.field("more_waits", true) }
        }
    }

    /// Reads the object that `json` writes.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when it is none.
    package init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        func object(_ name: String) throws -> JSONText { try fields.required(name, fields.raw(name)) }
        func list(_ name: String) throws -> [JSONText] {
            try fields.required(name, fields.raw(name).flatMap(JSONValues.elements))
        }
        self.init(a: try ComparedRun(parsing: object("a")), b: try ComparedRun(parsing: object("b")))
        if let fork = try fields.object("fork") {
            self.fork = Fork(
                isB: try fork.string("run") == "b",
                step: try fork.required("step", fork.object("step")).step())
        }
        firstDivergence = try fields.raw("first_divergence").map(ComparedStep.init(parsing:))
        let count = try JSONFields(object("step_count"))
        func number(_ name: String) throws -> Int { Int(try count.required(name, count.integer(name))) }
        stepCount = StepCount(
            same: try number("same"), reused: try number("reused"), different: try number("different"),
            onlyA: try number("only_a"), onlyB: try number("only_b"))
        steps = try list("steps").map(ComparedStep.init(parsing:))
        waits = try list("waits").map(ComparedWait.init(parsing:))
        hasMoreWaits = try fields.bool("more_waits") ?? false
    }
}

extension ComparedRun {
    fileprivate var json: JSONText {
        JSONWriter.object { writer in
            writer.field("job", job.description)
            writer.field("kind", kind)
            writer.field("handler_version", handlerVersion)
            writer.field("queue", queue)
            writer.field("state", state.rawValue)
            if let startedAt { writer.field("started_at", startedAt) }
            if let endedAt { writer.field("finished_at", endedAt) }
            if let duration { writer.field("duration_us", duration) }
            writer.field("attempt", attempts)
            if let failure { writer.failure(failure) }
            writer.value("input", input)
            writer.value("output", output)
            writer.key("spent")
            writer.object { spent in
                for (unit, total) in self.spent.sorted(by: { $0.key < $1.key }) {
                    spent.key(text: unit.rawValue)
                    spent.string(total.description)
                }
            }
        }
    }

    fileprivate init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        var spent: [CostUnit: CostAmount] = [:]
        if let totals = try fields.object("spent") {
            for unit in totals.keys { spent[CostUnit(unchecked: unit)] = try totals.cost(unit) }
        }
        self.init(
            job: try fields.job("job"), kind: try fields.required("kind", fields.name("kind")),
            handlerVersion: Int(try fields.required("handler_version", fields.integer("handler_version"))),
            queue: try fields.required("queue", fields.name("queue")), state: try fields.literal("state"),
            startedAt: try fields.timestamp("started_at"), endedAt: try fields.timestamp("finished_at"),
            attempts: Int(try fields.required("attempt", fields.integer("attempt"))),
            failure: fields.raw("error") == nil ? nil : try fields.failure(),
            input: try fields.value("input"), output: try fields.value("output"), spent: spent)
    }
}

extension ComparedStep {
    fileprivate var json: JSONText {
        JSONWriter.object { writer in
            writer.step(key)
            writer.field("differences", differences.map(\.rawValue))
            for (name, side) in [("a", a), ("b", b)] {
                guard let side else { continue }
                writer.key(text: name)
                writer.object { object in
                    object.field("status", side.status)
                    object.field("start_us", side.start)
                    if let duration = side.duration { object.field("duration_us", duration) }
                    object.field("failures", side.failures)
                    object.value("output", side.output)
                    if let failure = side.failure { object.error(failure) }
                    if side.isReused { object.field("reused", true) }
                }
            }
        }
    }

    fileprivate init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        let key = try fields.step()
        func side(_ name: String) throws -> Side? {
            guard let side = try fields.object(name) else { return nil }
            return Side(
                status: try side.required("status", side.string("status")),
                start: try side.required("start_us", side.integer("start_us")),
                duration: try side.integer("duration_us"),
                failures: Int(try side.required("failures", side.integer("failures"))),
                output: try side.value("output"),
                failure: side.raw("error") == nil ? nil : try side.error(step: key),
                isReused: try side.bool("reused") ?? false)
        }
        self.init(key: key, a: try side("a"), b: try side("b"))
    }
}

extension ComparedWait {
    fileprivate var json: JSONText {
        JSONWriter.object { writer in
            writer.wait(key)
            writer.field("differences", differences.map(\.rawValue))
            for (name, side) in [("a", a), ("b", b)] {
                guard let side else { continue }
                writer.key(text: name)
                writer.object { object in
                    object.field("status", side.status)
                    if let duration = side.duration { object.field("duration_us", duration) }
                    if let actor = side.actor { object.field("actor", actor.json) }
                    object.field("reason", optional: side.reason)
                    object.value("value", side.value)
                }
            }
        }
    }

    fileprivate init(parsing json: JSONText) throws {
        let fields = try JSONFields(json)
        func side(_ name: String) throws -> Side? {
            guard let side = try fields.object(name) else { return nil }
            return Side(
                status: try side.required("status", side.string("status")),
                duration: try side.integer("duration_us"),
                actor: side.raw("actor") == nil ? nil : try side.actor("actor"),
                reason: try side.string("reason"), value: try side.value("value"))
        }
        self.init(key: try fields.wait(), a: try side("a"), b: try side("b"))
    }
}

extension JSONWriter {
    /// Writes what tells a value from others.
    fileprivate mutating func value(_ name: StaticString, _ value: ComparedValue?) {
        guard let value else { return }
        key(name)
        object {
            $0.field("sha256", value.sha256)
            $0.field("bytes", value.bytes)
            $0.field("beginning", optional: value.beginning)
        }
    }
}

extension JSONFields {
    /// Reads what tells a value from others.
    fileprivate func value(_ name: String) throws(JSONFieldError) -> ComparedValue? {
        guard let value = try object(name) else { return nil }
        return ComparedValue(
            sha256: try value.required("sha256", value.string("sha256")),
            bytes: try value.required("bytes", value.integer("bytes")),
            beginning: try value.string("beginning"))
    }
}
