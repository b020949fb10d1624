import Holdfast

/// Asks for the files of a small HTTP service, or for another version of them.
struct Generation: Job {
    static let kind: JobKind = "apps.generation"
    typealias Output = GeneratedProject

    /// What the service is for; for an iteration, what is to change.
    var prompt: String
    /// What the service keeps; for an iteration, what its parent keeps.
    var entities: [EntityName]
    /// How the files are written.
    var mode: GenerationMode
    /// The id of the generation to begin from; nil for one that begins with nothing.
    var parent: String?
}

/// How a generation's files are written.
enum GenerationMode: String, Codable, Sendable {
    /// As little as works.
    case classic
    /// With what a service needs beside that.
    case enhanced

    /// Which of the two a prompt gets: half of them each, and the same one always the same.
    init(for prompt: String) {
        // FNV-1a, whose lowest bit depends on all bytes.
        let hash = prompt.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        self = hash & 1 == 0 ? .classic : .enhanced
    }

    /// The name of the group in the comparison of both modes.
    var group: String { self == .classic ? "A" : "B" }

    /// What the files have because of the mode.
    var features: [String: Bool] {
        ["input_validation": self == .enhanced, "pagination": self == .enhanced]
    }
}

/// Names something that a service keeps, such as `OrderLine`: it becomes a class and parts of file names.
struct EntityName: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name, beginning with a capital.
    let description: String

    /// Makes a name; nil for a text that is not 1 to 40 letters and digits of ASCII with a letter first, or that means
    /// something else in the files.
    init?(_ text: String) {
        let isWord = text.utf8.count <= 40 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard isWord, let first = text.first, first.isLetter else { return nil }
        description = first.uppercased() + text.dropFirst()
        guard !["True", "False", "None", "Store"].contains(description) else { return nil }
    }

    /// Reads a name.
    ///
    /// - Throws: `DecodingError` for a text that is none.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = EntityName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an entity has 1 to 40 letters and digits, a letter first")
        }
        self = name
    }

    /// Writes the name.
    ///
    /// - Throws: What the encoder throws.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The name in file names, such as `order_line`.
    var inFiles: String {
        description.reduce(into: "") { text, character in
            if character.isUppercase, !text.isEmpty { text += "_" }
            text += character.lowercased()
        }
    }
}

/// What a generation has in the end.
struct GeneratedProject: Codable, Sendable {
    var files: Int
    var bytes: Int64
    var lines: Int
}
