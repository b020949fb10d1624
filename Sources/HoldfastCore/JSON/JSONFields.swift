/// Reads the fields of one JSON object without touching the values inside them.
///
/// The text is scanned once; each value is then handed out as its exact slice. Of a key that stands twice the last one
/// counts.
public struct JSONFields: Sendable {
    private let text: String
    private var entries: [(key: String, range: Range<Int>)] = []

    /// Scans an object.
    ///
    /// - Throws: `JSONSyntaxError` when the text is not an object.
    public init(_ json: JSONText) throws(JSONSyntaxError) {
        var text = json.text
        let scanned: Result<[(key: String, range: Range<Int>)], JSONSyntaxError> = text.withUTF8 { bytes in
            do throws(JSONSyntaxError) {
                return .success(try JSONFields.scan(bytes))
            } catch {
                return .failure(error)
            }
        }
        entries = try scanned.get()
        self.text = text
    }

    /// The keys in the order of the text.
    public var keys: [String] { entries.map(\.key) }

    /// The exact slice of a field; nil when it is absent or `null`.
    public func raw(_ key: String) -> JSONText? {
        guard let entry = entries.last(where: { $0.key.hasBytes(of: key) }) else { return nil }
        let slice = slice(entry.range)
        return slice == "null" ? nil : JSONText(unchecked: slice)
    }

    private func slice(_ range: Range<Int>) -> String {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(text[start..<utf8.index(start, offsetBy: range.count)])
    }

    private static func scan(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONSyntaxError) -> [(key: String, range: Range<Int>)] {
        var entries: [(key: String, range: Range<Int>)] = []
        var scanner = JSONScanner(bytes)
        scanner.skipWhitespace()
        guard scanner.take(UInt8(ascii: "{")) else { throw scanner.error("expected an object") }
        scanner.skipWhitespace()
        if scanner.take(UInt8(ascii: "}")) { return entries }
        while true {
            let keyStart = scanner.index
            try scanner.scanString()
            let key = JSONValues.unescape(
                UnsafeBufferPointer(rebasing: bytes[keyStart + 1..<scanner.index - 1]))
            scanner.skipWhitespace()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.error("expected a colon") }
            scanner.skipWhitespace()
            let start = scanner.index
            try scanner.scanValue()
            entries.append((key, start..<scanner.index))
            scanner.skipWhitespace()
            if scanner.take(UInt8(ascii: "}")) { return entries }
            guard scanner.take(UInt8(ascii: ",")) else { throw scanner.error("expected a comma or }") }
            scanner.skipWhitespace()
        }
    }
}

/// Says which field of an object is missing or of the wrong type.
public struct JSONFieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's key.
    public let field: String
    /// What the field should hold, such as `a text`.
    public let expected: String

    /// Names a field and what it should hold.
    public init(field: String, expected: String) {
        self.field = field
        self.expected = expected
    }

    /// One sentence, such as `"queue" should be a text`.
    public var description: String { "\"\(field)\" should be \(expected)" }
}

extension JSONFields {
    /// A text; nil when absent or `null`.
    public func string(_ key: String) throws(JSONFieldError) -> String? {
        guard let value = raw(key) else { return nil }
        guard let text = JSONValues.string(value) else {
            throw JSONFieldError(field: key, expected: "a text")
        }
        return text
    }

    /// A whole number within `Int64`; nil when absent or `null`.
    public func integer(_ key: String) throws(JSONFieldError) -> Int64? {
        guard let value = raw(key) else { return nil }
        guard let number = Int64(value.text) else {
            throw JSONFieldError(field: key, expected: "a whole number")
        }
        return number
    }

    /// A number; nil when absent or `null`.
    public func double(_ key: String) throws(JSONFieldError) -> Double? {
        guard let value = raw(key) else { return nil }
        guard let first = value.text.utf8.first, first == UInt8(ascii: "-") || first < UInt8(ascii: ":"),
            let number = Double(value.text), number.isFinite
        else { throw JSONFieldError(field: key, expected: "a number") }
        return number
    }

    /// An amount, as a number or as the text of one, exactly as it stands there; nil when absent or `null`.
    public func cost(_ key: String) throws(JSONFieldError) -> CostAmount? {
        guard let value = raw(key) else { return nil }
        guard let amount = CostAmount(decimal: JSONValues.string(value) ?? value.text) else {
            throw JSONFieldError(
                field: key,
                expected: "an amount from 0 such as \"0.0125\", with at most 6 digits behind the point")
        }
        return amount
    }

    /// `true` or `false`; nil when absent or `null`.
    public func bool(_ key: String) throws(JSONFieldError) -> Bool? {
        guard let value = raw(key) else { return nil }
        switch value.text {
        case "true": return true
        case "false": return false
        default: throw JSONFieldError(field: key, expected: "true or false")
        }
    }

    /// A moment in RFC 3339; nil when absent or `null`.
    public func timestamp(_ key: String) throws(JSONFieldError) -> Timestamp? {
        guard let text = try string(key) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw JSONFieldError(field: key, expected: "a time such as 2026-10-08T14:03:00Z")
        }
        return time
    }

    /// A name; nil when absent or `null`.
    public func name<Name: TextIdentifier>(
        _ key: String, as type: Name.Type = Name.self
    ) throws(JSONFieldError) -> Name? {
        guard let text = try string(key) else { return nil }
        guard let name = Name(rawValue: text) else {
            throw JSONFieldError(field: key, expected: "a name (\(TextIdentifierRules.explanation))")
        }
        return name
    }

    /// A list of texts; nil when absent or `null`.
    public func strings(_ key: String) throws(JSONFieldError) -> [String]? {
        guard let value = raw(key) else { return nil }
        guard let texts = JSONValues.elements(value)?.map(JSONValues.string), !texts.contains(nil) else {
            throw JSONFieldError(field: key, expected: "a list of texts")
        }
        return texts.compactMap(\.self)
    }

    /// A list of ids of jobs; empty when absent or `null`.
    public func jobs(_ key: String) throws(JSONFieldError) -> [JobID] {
        let texts = try strings(key) ?? []
        let jobs = texts.compactMap { JobID($0) }
        guard jobs.count == texts.count else {
            throw JSONFieldError(field: key, expected: "a list of ids of jobs")
        }
        return jobs
    }

    /// An object's fields; nil when absent or `null`.
    public func object(_ key: String) throws(JSONFieldError) -> JSONFields? {
        guard let value = raw(key) else { return nil }
        do {
            return try JSONFields(value)
        } catch {
            throw JSONFieldError(field: key, expected: "an object")
        }
    }

    /// Unwraps a field that must be there.
    public func required<Value>(_ key: String, _ value: Value?) throws(JSONFieldError) -> Value {
        guard let value else { throw JSONFieldError(field: key, expected: "given") }
        return value
    }
}
