import HoldfastCore
import HoldfastEngine

/// Prints decisions one by one, for people, for programs or for spreadsheets.
struct DecisionWriter {
    /// How they are printed.
    enum Form {
        case sentences
        case json
        case values(SeparatedValues)
    }

    private static let header = [
        "position", "at", "actor_type", "actor_id", "kind", "job", "subject", "detail", "reason",
    ]

    private let form: Form
    private let surroundings: CommandSurroundings
    private let style: OutputStyle
    private let text: DecisionText

    /// Prepares the output.
    init(_ form: Form, in surroundings: CommandSurroundings) {
        self.form = form
        self.surroundings = surroundings
        style = surroundings.outputStyle()
        text = DecisionText(text: JobStateText(time: surroundings.time, now: surroundings.now))
    }

    /// Prints what stands before the first decision.
    func begin() throws {
        if case .values(let values) = form { try surroundings.output.write(values.line(Self.header)) }
    }

    /// Prints a decision.
    func write(_ decision: DecisionRecord) throws {
        switch form {
        case .sentences: try surroundings.output.writeLine(style.render(text.line(decision)))
        case .json: try surroundings.output.write(surroundings.json(decision.json.text))
        case .values(let values):
            let line = values.line([
                decision.position.description, decision.at.rfc3339, decision.actor.role.rawValue,
                decision.actor.id, decision.kind.rawValue, decision.job?.description ?? "",
                decision.subject ?? "", decision.detail ?? "", decision.reason ?? "",
            ])
            // A terminal is not steered by what others wrote; a file gets every byte.
            try surroundings.output.write(
                style.isTerminal ? TerminalText(line.dropLast()).text + "\n" : line)
        }
    }
}
