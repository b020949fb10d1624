/// Reads single values out of valid JSON text.
public enum JSONValues {
    /// The text of a JSON string, its escapes resolved; nil when the value is no string.
    public static func string(_ value: JSONText) -> String? {
        var text = value.text
        return text.withUTF8 { bytes in
            guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\"") else { return nil }
            return unescape(UnsafeBufferPointer(rebasing: bytes[1..<bytes.count - 1]))
        }
    }

    /// The exact slices of an array's values; nil when the value is no array.
    public static func elements(_ value: JSONText) -> [JSONText]? {
        var text = value.text
        return text.withUTF8 { bytes in
            var scanner = JSONScanner(bytes)
            guard scanner.take(UInt8(ascii: "[")) else { return nil }
            var elements: [JSONText] = []
            scanner.skipWhitespace()
            if scanner.take(UInt8(ascii: "]")) { return elements }
            while true {
                let start = scanner.index
                guard (try? scanner.scanValue()) != nil else { return nil }
                elements.append(
                    JSONText(unchecked: String(decoding: bytes[start..<scanner.index], as: UTF8.self)))
                scanner.skipWhitespace()
                if scanner.take(UInt8(ascii: "]")) { return elements }
                guard scanner.take(UInt8(ascii: ",")) else { return nil }
                scanner.skipWhitespace()
            }
        }
    }

    /// Resolves the escapes between the quotes of a valid JSON string.
    ///
    /// A lone surrogate becomes U+FFFD.
    static func unescape(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        var index = 0
        var start = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                index += 1
                continue
            }
            text += String(decoding: bytes[start..<index], as: UTF8.self)
            index += 1
            if bytes[index] == UInt8(ascii: "u") {
                text.unicodeScalars.append(scalar(in: bytes, at: &index))
            } else {
                text.unicodeScalars.append(simpleEscape(bytes[index]))
                index += 1
            }
            start = index
        }
        return text + String(decoding: bytes[start...], as: UTF8.self)
    }

    private static func simpleEscape(_ byte: UInt8) -> Unicode.Scalar {
        switch byte {
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        case UInt8(ascii: "b"): "\u{08}"
        case UInt8(ascii: "f"): "\u{0C}"
        default: Unicode.Scalar(byte)
        }
    }

    /// Reads `uXXXX` at `index`, and the second half of a surrogate pair when it follows.
    private static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let first = unit(in: bytes, at: index) else {
            index += 1
            return replacement
        }
        index += 5
        guard (0xD800...0xDBFF).contains(first) else { return Unicode.Scalar(first) ?? replacement }
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u"),
            let second = unit(in: bytes, at: index + 1), (0xDC00...0xDFFF).contains(second)
        else { return replacement }
        index += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private static func unit(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        guard index + 4 < bytes.count else { return nil }
        var value: UInt32 = 0
        for place in index + 1...index + 4 {
            guard let digit = JSONScanner.hexValue(bytes[place]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
