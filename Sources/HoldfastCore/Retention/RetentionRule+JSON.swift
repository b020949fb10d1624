// The JSON of rules, as events and requests have it.

extension JSONWriter {
    /// Writes a rule: an object of `kind`?, `states`, `older_than_seconds`?, `keep`? and `keep_bytes`?.
    package mutating func rule(_ rule: RetentionRule) {
        object { writer in
            if let kind = rule.kind { writer.field("kind", kind) }
            writer.field("states", rule.states.map(\.rawValue).sorted())
            if let age = rule.age { writer.seconds("older_than_seconds", age) }
            if rule.newest > 0 { writer.field("keep", rule.newest) }
            if let bytes = rule.newestBytes { writer.field("keep_bytes", bytes) }
        }
    }

    /// Writes a list of rules.
    package mutating func rules(_ rules: [RetentionRule]) {
        array { list in for rule in rules { list.rule(rule) } }
    }

    /// Writes the rules and how often they are looked at: `every_seconds` and `rules`.
    package mutating func policy(_ policy: RetentionPolicy) {
        object { writer in
            writer.seconds("every_seconds", policy.interval)
            writer.key("rules")
            writer.rules(policy.rules)
        }
    }

    private mutating func seconds(_ name: StaticString, _ length: Duration) {
        let microseconds = length.microsecondsRoundedUp
        if microseconds % 1_000_000 == 0 {
            field(name, microseconds / 1_000_000)
        } else {
            field(name, Double(microseconds) / 1_000_000)
        }
    }
}

extension JSONFields {
    /// Reads a rule.
    ///
    /// - Throws: `JSONFieldError` that names the field which does not fit.
    package func rule() throws(JSONFieldError) -> RetentionRule {
        var states = RetentionRule.endings
        if let names = try strings("states") {
            states = Set(names.compactMap(JobPhaseName.init(rawValue:)))
            guard !states.isEmpty, states.isSubset(of: RetentionRule.endings),
                states.count == Set(names).count
            else {
                throw JSONFieldError(
                    field: "states",
                    expected: "a list of completed, failed and cancelled, or absent for all three")
            }
        }
        return RetentionRule(
            kind: try name("kind"), states: states, age: try seconds("older_than_seconds"),
            newest: Int(clamping: try count("keep") ?? 0), newestBytes: try count("keep_bytes"))
    }

    /// Reads a list of rules; empty when it is absent.
    package func rules() throws(JSONFieldError) -> [RetentionRule] {
        guard let list = raw("rules") else { return [] }
        let wrong = JSONFieldError(field: "rules", expected: "a list of objects")
        guard let elements = JSONValues.elements(list) else { throw wrong }
        var rules: [RetentionRule] = []
        for element in elements {
            guard let fields = try? JSONFields(element) else { throw wrong }
            rules.append(try fields.rule())
        }
        return rules
    }

    /// Reads rules and how often they are looked at.
    package func policy() throws(JSONFieldError) -> RetentionPolicy {
        RetentionPolicy(try rules(), every: try required("every_seconds", seconds("every_seconds")))
    }

    private func count(_ key: String) throws(JSONFieldError) -> Int64? {
        guard let number = try integer(key) else { return nil }
        guard number >= 0 else { throw JSONFieldError(field: key, expected: "a whole number from 0") }
        return number
    }

    private func seconds(_ key: String) throws(JSONFieldError) -> Duration? {
        guard let number = try double(key) else { return nil }
        guard (0...3_153_600_000).contains(number) else {
            throw JSONFieldError(field: key, expected: "a number of seconds from 0 to a hundred years")
        }
        return .microseconds(Int64((number * 1_000_000).rounded()))
    }
}
