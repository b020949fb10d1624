public import HoldfastCore

/// Describes an error to a client as RFC 9457 says: the body of every answer of 400 and above.
public struct Problem: Hashable, Sendable, CustomStringConvertible {
    /// The media type of the body.
    public static let mediaType = "application/problem+json"

    /// Which problem it is, as a URN that programs compare, such as `urn:holdfast:problem:unknown-job`.
    public var type: String
    /// The same for every problem of the type, in words for people.
    public var title: String
    /// The status code of the answer.
    public var status: Int
    /// What went wrong this time and what to do about it, in words for people.
    public var detail: String
    /// Further fields, such as the name of a field that does not fit, in the order in which they are sent.
    public var extras: [ProblemExtra]

    /// Describes a problem of a known kind; without a status it has the one that goes with the kind.
    public init(_ kind: ProblemKind, status: Int? = nil, detail: String, extras: [ProblemExtra] = []) {
        type = Problem.prefix + kind.rawValue
        title = kind.title
        self.status = status ?? kind.status
        self.detail = detail
        self.extras = extras
    }

    /// Reads the body of an answer; nil when the text is no problem.
    public init?(parsing text: String) {
        guard let fields = try? JSONFields(JSONText(validating: text)),
            let type = try? fields.string("type"), let title = try? fields.string("title"),
            let status = try? fields.integer("status")
        else { return nil }
        self.type = type
        self.title = title
        self.status = Int(status)
        detail = (try? fields.string("detail")) ?? title
        let known: Set<String> = ["type", "title", "status", "detail"]
        extras = fields.keys.filter { !known.contains($0) }.map {
            ProblemExtra($0, fields.raw($0) ?? .null)
        }
    }

    /// Which problem it is; nil for one of a newer server.
    public var kind: ProblemKind? {
        type.hasPrefix(Problem.prefix)
            ? ProblemKind(rawValue: String(type.dropFirst(Problem.prefix.count))) : nil
    }

    /// The JSON of the body.
    public var json: JSONText {
        JSONWriter.object { writer in
            writer.field("type", type)
            writer.field("title", title)
            writer.field("status", status)
            writer.field("detail", detail)
            for extra in extras {
                writer.key(text: extra.name)
                writer.raw(extra.value)
            }
        }
    }

    /// The status and the detail, such as `404: there is no such job`.
    public var description: String { "\(status): \(detail)" }

    private static let prefix = "urn:holdfast:problem:"
}

/// A further field of a problem.
public struct ProblemExtra: Hashable, Sendable {
    /// The field's name.
    public let name: String
    /// The field's value.
    public let value: JSONText

    /// Makes a field of any value.
    public init(_ name: String, _ value: JSONText) {
        self.name = name
        self.value = value
    }

    /// Makes a field of text.
    public init(_ name: String, _ text: String) { self.init(name, JSONText.string(text)) }

    /// Makes a field with a number.
    public init(_ name: String, _ number: Int) { self.init(name, JSONText(unchecked: String(number))) }
}
