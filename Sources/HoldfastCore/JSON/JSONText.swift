/// One JSON value as the text that is stored and sent: valid, on one line, without white space between tokens.
///
/// Values keep their bytes: numbers, key order and escapes are never rewritten, so what was enqueued is what every
/// reader gets. Being on one line makes the text fit for an SSE `data:` field as it is.
public struct JSONText: Hashable, Sendable, CustomStringConvertible {
    /// The text of the value.
    public let text: String

    /// Wraps a text that is known to be valid and compact, such as one read back from the store.
    public init(unchecked text: String) { self.text = text }

    /// Checks any text and removes the white space between tokens.
    ///
    /// - Throws: `JSONSyntaxError` with the byte at which the text stops being JSON.
    public init(validating text: String) throws(JSONSyntaxError) {
        var text = text
        let compact: Result<String?, JSONSyntaxError> = text.withUTF8 { bytes in
            var scanner = JSONScanner(bytes)
            do throws(JSONSyntaxError) {
                try scanner.scanDocument()
            } catch {
                return .failure(error)
            }
            return .success(scanner.sawWhitespace ? JSONText.removingWhitespace(bytes) : nil)
        }
        self.text = try compact.get() ?? text
    }

    /// The value `null`.
    public static let null = JSONText(unchecked: "null")
    /// The object without fields.
    public static let emptyObject = JSONText(unchecked: "{}")

    /// A JSON string of any text.
    public static func string(_ text: String) -> JSONText {
        var writer = JSONWriter()
        writer.string(text)
        return writer.finish()
    }

    /// The number of bytes of UTF-8.
    public var byteCount: Int { text.utf8.count }

    /// The text itself.
    public var description: String { text }

    /// Compares the bytes: texts that only look alike are different values.
    public static func == (left: Self, right: Self) -> Bool { left.text.hasBytes(of: right.text) }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytesOf: text) }

    /// Copies a valid document without the white space between its tokens.
    private static func removingWhitespace(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { buffer in
            var count = 0
            var inString = false
            var escaped = false
            for byte in bytes {
                if inString {
                    inString = escaped || byte != UInt8(ascii: "\"")
                    escaped = !escaped && byte == UInt8(ascii: "\\")
                } else if JSONScanner.isWhitespace(byte) {
                    continue
                } else {
                    inString = byte == UInt8(ascii: "\"")
                }
                buffer[count] = byte
                count += 1
            }
            return count
        }
    }
}

/// Says where and why a text is not JSON.
public struct JSONSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first byte, from 0, that does not fit.
    public let offset: Int
    /// What was expected there.
    public let reason: String

    /// One sentence, such as `not JSON at byte 7: expected a value`.
    public var description: String { "not JSON at byte \(offset): \(reason)" }
}
