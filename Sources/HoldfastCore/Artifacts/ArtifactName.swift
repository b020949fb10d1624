/// Names a file that a job keeps, such as `report.pdf` or `src/main.swift`.
///
/// It has 1 to 200 bytes of UTF-8 without control characters. It may be a path within the job's own artifacts: parts
/// with `/` between them, none of which is empty, `.` or `..`, and no backslash, so that it can be appended to a folder
/// or to the path of a URL and leads nowhere else.
public struct ArtifactName: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }

    /// Makes a name, or nil when the text does not keep the rules.
    public init?(rawValue: String) {
        guard ArtifactName.accepts(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Makes a name of a text that a program puts together.
    ///
    /// - Throws: `ArtifactFault.invalidName` when the text does not keep the rules.
    public init(validating text: String) throws(ArtifactFault) {
        guard ArtifactName.accepts(text) else { throw .invalidName(text) }
        rawValue = text
    }

    /// Makes a name of a literal; an invalid literal is a mistake of the program and stops it.
    public init(stringLiteral value: String) {
        precondition(ArtifactName.accepts(value), ArtifactName.explanation)
        rawValue = value
    }

    /// The part behind the last `/`, under which a file is saved.
    public var lastPart: String {
        String(rawValue.utf8.split(separator: UInt8(ascii: "/")).last.map(Substring.init) ?? rawValue[...])
    }

    /// One sentence for error messages.
    public static let explanation =
        "a name of an artifact has 1 to 200 bytes of UTF-8 without control characters and backslashes; "
        + "between slashes there is no empty part, no \".\" and no \"..\""

    private static func accepts(_ text: String) -> Bool {
        guard TextIdentifierRules.accepts(text), !text.utf8.contains(UInt8(ascii: "\\")) else { return false }
        return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
    }
}

/// Says what the bytes of an artifact are, such as `application/pdf` or `text/plain; charset=utf-8`.
///
/// It is printable ASCII of at most 200 bytes with a type and a subtype, so that it is safe in a header. Nobody checks
/// that the bytes are what it says, and so a browser is never asked to show them.
public struct MediaType: TextIdentifier {
    /// The stored text.
    public let rawValue: String

    /// Wraps a text that is known to be valid, such as one read back from the store.
    public init(unchecked rawValue: String) { self.rawValue = rawValue }

    /// Makes a media type, or nil when the text is none.
    public init?(rawValue: String) {
        guard MediaType.accepts(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Makes a media type of a text that a program puts together.
    ///
    /// - Throws: `ArtifactFault.invalidMediaType` when the text is none.
    public init(validating text: String) throws(ArtifactFault) {
        guard MediaType.accepts(text) else { throw .invalidMediaType(text) }
        rawValue = text
    }

    /// Makes a media type of a literal; an invalid literal is a mistake of the program and stops it.
    public init(stringLiteral value: String) {
        precondition(MediaType.accepts(value), MediaType.explanation)
        rawValue = value
    }

    /// Bytes of which nothing is known: `application/octet-stream`.
    public static let bytes: MediaType = "application/octet-stream"
    /// Text in UTF-8: `text/plain; charset=utf-8`.
    public static let text: MediaType = "text/plain; charset=utf-8"
    /// One JSON value: `application/json`.
    public static let json: MediaType = "application/json"

    /// One sentence for error messages.
    public static let explanation =
        "a media type is printable ASCII of at most 200 bytes with a type and a subtype, such as application/pdf"

    private static func accepts(_ text: String) -> Bool {
        guard text.utf8.count <= TextIdentifierRules.maximumBytes,
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return false }
        let essence = text.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        let parts = essence.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isTokenByte) }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// Why something cannot be kept as an artifact.
///
/// Nothing was written.
public enum ArtifactFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text is no name of an artifact.
    case invalidName(String)
    /// The text is no media type.
    case invalidMediaType(String)
    /// The artifact that was to be copied is not in the store.
    case contentMissing(sha256: String)

    /// One sentence that says what to do.
    public var description: String {
        switch self {
        case .invalidName: ArtifactName.explanation
        case .invalidMediaType: MediaType.explanation
        case .contentMissing(let sha256): "no bytes with the SHA-256 \(sha256) are kept here"
        }
    }
}
