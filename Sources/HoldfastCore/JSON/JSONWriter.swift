/// Writes one compact JSON value, byte by byte.
///
/// Fields come out in the order in which they are written, so equal values give equal bytes. Commas are placed by the
/// writer. It is used for what the engine itself records and sends; values of users pass through as `JSONText`.
public struct JSONWriter {
    /// The bytes so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Starts an empty text with room for `capacity` bytes.
    public init(capacity: Int = 192) { bytes.reserveCapacity(capacity) }

    /// The text written so far, which must be one whole value.
    public func finish() -> JSONText { JSONText(unchecked: String(decoding: bytes, as: UTF8.self)) }

    /// Writes `{`, the fields that `content` writes, and `}`.
    public mutating func object(_ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        content(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes `[`, the values that `content` writes, and `]`.
    public mutating func array(_ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        content(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes the key of the next value: a literal of letters, digits and `_`, which needs no escape.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes the key of the next value, whatever characters it has.
    public mutating func key(text name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string, escaping what JSON requires and nothing more.
    public mutating func string(_ text: String) {
        separate()
        var text = text
        text.withUTF8 { append(escaping: $0) }
        needsComma = true
    }

    /// Writes a whole number.
    public mutating func number(_ value: Int64) {
        separate()
        bytes.append(decimal: value)
        needsComma = true
    }

    /// Writes a number with a fraction; what JSON cannot hold (not a number, infinity) becomes `null`.
    public mutating func number(_ value: Double) {
        separate()
        defer { needsComma = true }
        // Most are whole, and need no search for the shortest digits.
        if let whole = Int64(exactly: value), whole.magnitude < 1_000_000, value.sign == .plus {
            bytes.append(decimal: whole)
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0"))
            return
        }
        var digits = value.isFinite ? String(value) : "null"
        digits.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { raw(JSONText(unchecked: value ? "true" : "false")) }

    /// Writes a value that is JSON already, as it is.
    public mutating func raw(_ value: JSONText) {
        separate()
        var text = value.text
        text.withUTF8 { bytes.append(contentsOf: $0) }
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(escaping text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard text.contains(where: JSONWriter.needsEscape) else { return bytes.append(contentsOf: text) }
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard JSONWriter.needsEscape(byte) else { continue }
            bytes.append(contentsOf: text[start..<index])
            start = index + 1
            appendEscape(of: byte)
        }
        bytes.append(contentsOf: text[start...])
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscape(of byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0..<0x20:
            bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            bytes.append(Hexadecimal.digit(byte >> 4))
            bytes.append(Hexadecimal.digit(byte & 0xF))
        default: bytes.append(byte)
        }
    }
}

extension JSONWriter {
    /// Writes an object's field of text.
    public mutating func field(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    /// Writes an object's field of text, unless it is nil.
    public mutating func field(_ name: StaticString, optional value: String?) {
        if let value { field(name, value) }
    }

    /// Writes an object's field that names something.
    public mutating func field(_ name: StaticString, _ value: some TextIdentifier) {
        field(name, value.rawValue)
    }

    /// Writes an object's field with a whole number.
    public mutating func field(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        number(Int64(value))
    }

    /// Writes an object's field with a number.
    public mutating func field(_ name: StaticString, _ value: Double) {
        key(name)
        number(value)
    }

    /// Writes an object's field that is true or false.
    public mutating func field(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Writes an object's field with a moment, as RFC 3339 text.
    public mutating func field(_ name: StaticString, _ value: Timestamp) { field(name, value.rfc3339) }

    /// Writes an object's field with a value that is JSON already.
    public mutating func field(_ name: StaticString, _ value: JSONText) {
        key(name)
        raw(value)
    }

    /// Writes an object's field with a list of texts.
    public mutating func field(_ name: StaticString, _ values: [String]) {
        key(name)
        array { for value in values { $0.string(value) } }
    }

    /// Writes one whole object.
    public static func object(capacity: Int = 192, _ content: (inout JSONWriter) -> Void) -> JSONText {
        var writer = JSONWriter(capacity: capacity)
        writer.object(content)
        return writer.finish()
    }
}

extension [UInt8] {
    /// Appends the decimal digits of a whole number, with a sign only when it is negative.
    package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.endIndex
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: digits[start...])
        }
    }
}
