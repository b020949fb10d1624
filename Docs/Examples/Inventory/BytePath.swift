#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Holds a path as the bytes the file system keeps.
///
/// A name on disk is any bytes but `/` and NUL, so it need not be UTF-8 and a `String` could not
/// carry it back.
package struct BytePath: Hashable, Sendable {
    /// Carries the path without a terminating NUL.
    package let bytes: [UInt8]

    /// Creates a path from bytes as `readdir` returned them.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Creates a path from text, as its UTF-8.
    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Returns the path as text, or nil when its bytes are not valid UTF-8.
    package var text: String? {
        String(validating: bytes, as: UTF8.self)
    }

    /// Returns the names between the slashes, outermost first.
    var components: [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    }

    /// Returns this path with `relative` below it; a slash at the end is not doubled, as `find`
    /// prints it.
    func appending(_ relative: [UInt8]) -> BytePath {
        if relative.isEmpty { return self }
        let separator = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return BytePath(bytes + separator + relative)
    }
}

extension BytePath: CustomStringConvertible {
    /// Returns the path fit for a log line or a terminal.
    ///
    /// Control characters are escaped, so that a file name cannot break a line or steer the
    /// terminal; bytes that are no UTF-8 show as U+FFFD. It cannot be turned back into the path.
    package var description: String {
        var shown = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator:
                shown += scalar.escaped(asASCII: true)
            default:
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension BytePath: Codable {
    private enum CodingKeys: String, CodingKey {
        case base64
    }

    /// Decodes a string, or an object `{"base64": ...}` that stands for a path that is not UTF-8.
    ///
    /// - Throws: `DecodingError` for any other shape, and for text that is not base64.
    package init(from decoder: any Decoder) throws {
        do {
            self.init(try decoder.singleValueContainer().decode(String.self))
        } catch DecodingError.typeMismatch {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            guard let bytes = Data(base64Encoded: try container.decode(String.self, forKey: .base64)) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .base64, in: container, debugDescription: "The path is not base64.")
            }
            self.init(Array(bytes))
        }
    }

    /// Encodes the path as a string, or as `{"base64": ...}` when it is not UTF-8, without loss in
    /// both cases.
    package func encode(to encoder: any Encoder) throws {
        if let text {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        } else {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Data(bytes).base64EncodedString(), forKey: .base64)
        }
    }
}
