/// Names a thing by a short text that people type, read and store.
///
/// A value is 1 to 200 bytes of UTF-8 without control characters, so that it is safe in a URL path once
/// percent-encoded, in a terminal, in a header and in an SSE line. Equality is by exact bytes.
public protocol TextIdentifier: RawRepresentable<String>, Hashable, Comparable, Sendable,
    ExpressibleByStringLiteral, CustomStringConvertible
{
    /// Wraps a text that is known to be valid, such as one read back from the store.
    init(unchecked rawValue: String)
}

extension TextIdentifier {
    /// Makes an identifier, or nil when the text is empty, longer than 200 bytes or has control characters.
    public init?(rawValue: String) {
        guard TextIdentifierRules.accepts(rawValue) else { return nil }
        self.init(unchecked: rawValue)
    }

    /// Makes an identifier from a literal; an invalid literal is a mistake of the program and stops it.
    public init(stringLiteral value: String) {
        precondition(TextIdentifierRules.accepts(value), TextIdentifierRules.explanation)
        self.init(unchecked: value)
    }

    /// The text itself.
    public var description: String { rawValue }

    /// Compares the bytes: texts that only look alike name different things, as they do in the store.
    public static func == (left: Self, right: Self) -> Bool {
        left.rawValue.hasBytes(of: right.rawValue)
    }

    /// Orders by the bytes, as the store does.
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytesOf: rawValue) }
}

/// Says which texts may name something.
public enum TextIdentifierRules {
    /// The longest text, in bytes of UTF-8, inclusive.
    public static let maximumBytes = 200

    /// One sentence for error messages.
    public static let explanation = "a name has 1 to 200 bytes of UTF-8 and no control characters"

    /// Tells whether the text may be an identifier.
    public static func accepts(_ text: String) -> Bool {
        var count = 0
        var previous: UInt8 = 0
        for byte in text.utf8 {
            count += 1
            // C0 controls and DEL, and the C1 controls, which UTF-8 writes as C2 80 to C2 9F.
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return false }
            previous = byte
        }
        return count > 0 && count <= maximumBytes
    }
}

extension Hasher {
    /// Feeds the bytes of a text, so that texts which only look alike differ.
    mutating func combine(bytesOf text: String) {
        var text = text
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
