/// Writes the manual page of a command, for `man`.
struct ManualPage {
    /// The command.
    let command: CommandDescription

    /// The file that `man` looks for, such as `holdfast-queue-set.1`.
    var fileName: String { "\(title).1" }

    /// The page as roff.
    var roff: String {
        var lines = [
            #".TH "\#(Self.escaped(title.uppercased()))" "1" "" "holdfast \#(HoldfastVersion.current)" "Holdfast""#,
            ".SH NAME", "\(Self.escaped(title)) \\- \(Self.escaped(command.abstract))", ".SH SYNOPSIS",
            synopsis,
        ]
        lines += discussion
        if !command.subcommands.isEmpty {
            lines.append(".SH COMMANDS")
            for subcommand in command.subcommands {
                lines += [".TP", bold(subcommand.words.last ?? ""), Self.line(subcommand.abstract)]
            }
        }
        if !command.arguments.isEmpty {
            lines.append(".SH OPTIONS")
            for argument in command.arguments {
                lines += [
                    ".TP", argument.names.isEmpty ? value(argument) : label(argument),
                    Self.line(argument.abstract),
                ]
            }
        }
        if command.words.count > 1 {
            let parent = command.words.dropLast().joined(separator: "-")
            lines += [".SH SEE ALSO", "\(bold(parent))(1)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: String { command.words.joined(separator: "-") }

    private var synopsis: String {
        let arguments = command.arguments.map { argument in
            let text = argument.names.isEmpty ? value(argument) : label(argument)
            let repeated = argument.isRepeating ? "\(text)\\ ..." : text
            return argument.isOptional ? "[\(repeated)]" : repeated
        }
        let rest = command.subcommands.isEmpty ? [] : [#"\fIcommand\fR"#]
        return ([bold(command.words.joined(separator: " "))] + arguments + rest).joined(separator: "\n")
    }

    private func label(_ argument: CommandDescription.Argument) -> String {
        let names = argument.names.map(bold).joined(separator: ", ")
        return argument.valueName == nil ? names : "\(names) \(value(argument))"
    }

    private func value(_ argument: CommandDescription.Argument) -> String {
        #"\fI\#(Self.escaped(argument.valueName ?? ""))\fR"#
    }

    private func bold(_ text: String) -> String { #"\fB\#(Self.escaped(text))\fR"# }

    /// The discussion: paragraphs, and sections whose lines stay as they are.
    private var discussion: [String] {
        guard !command.discussion.isEmpty else { return [] }
        var lines: [String] = []
        var isLiteral = false
        func endLiteral() {
            if isLiteral { lines.append(".fi") }
            isLiteral = false
        }
        for text in command.discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if text.hasSuffix(":"), text == text.uppercased() {
                endLiteral()
                lines.append(".SH \(Self.escaped(String(text.dropLast())))")
            } else if text.hasPrefix("  ") {
                if !isLiteral { lines.append(".nf") }
                isLiteral = true
                lines.append(Self.line(String(text.dropFirst(2))))
            } else {
                endLiteral()
                if lines.isEmpty { lines.append(".SH DESCRIPTION") }
                lines.append(text.isEmpty ? ".PP" : Self.line(String(text)))
            }
        }
        endLiteral()
        return lines
    }

    /// A line of text, which must not be taken for a request.
    private static func line(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { output, character in
            switch character {
            case "\\": output += "\\e"
            case "-": output += "\\-"
            default: output.append(character)
            }
        }
    }
}
