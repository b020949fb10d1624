import ArgumentParser
import HoldfastCore

/// A command as its own declaration describes it: the one source of its help, of completions and of its manual page.
struct CommandDescription: Sendable {
    /// Something that can be typed behind the name.
    struct Argument: Sendable {
        /// What to type: `--limit`, or both `-o` and `--output`; empty for something without a name.
        let names: [String]
        /// What stands for its value; nil for a flag.
        let valueName: String?
        /// What it is for.
        let abstract: String
        /// Whether it may be left out, and whether it may be repeated.
        let isOptional, isRepeating: Bool
    }

    /// The words that are typed, such as `holdfast queue set`.
    let words: [String]
    /// What it does, in one sentence.
    let abstract: String
    /// What else there is to say, with examples.
    let discussion: String
    /// What can be typed behind it.
    let arguments: [Argument]
    /// The commands below it.
    let subcommands: [CommandDescription]

    /// The whole tool.
    ///
    /// - Throws: `JSONSyntaxError` or `JSONFieldError` when the parser describes it in another form than it does today.
    static func tool() throws -> CommandDescription {
        var description = "{}"
        do {
            _ = try CommandLineTool.parseAsRoot(["--experimental-dump-help"])
        } catch {
            // The parser hands out what was asked for as an error.
            description = CommandLineTool.fullMessage(for: error)
        }
        let fields = try JSONFields(JSONText(validating: description))
        return try CommandDescription(try fields.required("command", fields.object("command")), below: [])
    }

    private init(_ fields: JSONFields, below parents: [String]) throws {
        func list(_ name: String) throws -> [JSONFields] {
            try (fields.raw(name).flatMap(JSONValues.elements) ?? []).map { try JSONFields($0) }
        }
        words = parents + [try fields.required("commandName", fields.string("commandName"))]
        abstract = try fields.string("abstract") ?? ""
        discussion = try fields.string("discussion") ?? ""
        arguments = try list("arguments").filter { try $0.bool("shouldDisplay") ?? true }.map {
            try Argument($0)
        }
        subcommands = try list("subcommands").filter { try $0.string("commandName") != "help" }
            .map { [words] in try CommandDescription($0, below: words) }
    }

    /// Finds a command below this one; nil when there is none.
    func command(_ names: some Sequence<String>) -> CommandDescription? {
        names.reduce(self) { command, name in command?.subcommands.first { $0.words.last == name } }
    }

    /// This command and all below it.
    var all: [CommandDescription] { [self] + subcommands.flatMap(\.all) }
}

extension CommandDescription.Argument {
    fileprivate init(_ fields: JSONFields) throws {
        let names = try (fields.raw("names").flatMap(JSONValues.elements) ?? []).map { try JSONFields($0) }
        self.names = try names.map { name in
            (try name.string("kind") == "short" ? "-" : "--") + (try name.string("name") ?? "")
        }
        let isFlag = try fields.string("kind") == "flag"
        valueName = isFlag ? nil : try fields.string("valueName")
        abstract = try fields.string("abstract") ?? ""
        isOptional = try fields.bool("isOptional") ?? false
        isRepeating = try fields.bool("isRepeating") ?? false
    }
}
