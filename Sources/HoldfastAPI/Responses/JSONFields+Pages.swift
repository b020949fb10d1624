import HoldfastCore

extension JSONFields {
    /// The values of a list that must be there.
    func list(_ name: String) throws(JSONFieldError) -> [JSONText] {
        guard let values = raw(name).flatMap(JSONValues.elements) else {
            throw JSONFieldError(field: name, expected: "a list")
        }
        return values
    }

    /// A position; nil when absent or `null`.
    func position(_ name: String) throws(JSONFieldError) -> EventLogPosition? {
        try read(name, expected: "a position", EventLogPosition.init(text:))
    }

    /// The id of a job; nil when absent or `null`.
    func job(_ name: String) throws(JSONFieldError) -> JobID? {
        try read(name, expected: "the id of a job", JobID.init)
    }

    /// One of several words; nil when absent or `null`.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, as type: Word.Type = Word.self
    ) throws(JSONFieldError) -> Word? {
        try read(name, expected: "one of " + Word.allCases.map(\.rawValue).joined(separator: ", ")) {
            Word(rawValue: $0)
        }
    }

    /// A text that stands for a value; nil when absent or `null`.
    func read<Value>(
        _ name: String, expected: String, _ value: (String) -> Value?
    ) throws(JSONFieldError) -> Value? {
        guard let text = try string(name) else { return nil }
        guard let value = value(text) else { throw JSONFieldError(field: name, expected: expected) }
        return value
    }
}
