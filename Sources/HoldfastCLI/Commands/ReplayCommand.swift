import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast replay FILE`.
struct ReplayCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Fold an exported history, and say what each event changed.",
        discussion: """
            One line an event: its position, its kind, and what it changed in the state of the job. Nothing is run and \
            no database is opened. Every line of the file is checked on the way; where it was changed, or where an \
            event cannot follow those before it, the lines end and the reason is said. With --json a line is the state \
            behind an event. To run a handler of today on such a file use `replay` of HoldfastTesting.

            EXAMPLES:
              holdfast replay job.ndjson
              holdfast export 6f0a1b2c3d4e --no-artifacts | holdfast replay - --json | jq .state.state
            """)

    @Argument(help: "A file that `holdfast export` or `archive` made; - is standard input.")
    var file: String

    @Option(
        help: ArgumentHelp("Which job, by its whole id, where the file holds several.", valueName: "id"),
        transform: ValueReading.job)
    var job: JobID?

    @OptionGroup var json: JSONOption

    func validate() throws {
        if file.isEmpty { throw ValidationError("FILE is the path of a file, or -") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        var reader = ExportReader()
        var state: JobState?
        try ExportInput.source(file, in: surroundings).selecting(job).readLines { line in
            guard case .event(let sealed, _) = try reader.read(line) else { return }
            let old = state
            let new: JobState
            do {
                new = try JobState.applying(try sealed.event.decoded(), to: old)
            } catch let error as IllegalTransition {
                throw CommandFailure(
                    .badValue, "the event at \(error.position) cannot follow those before it: \(error.reason)"
                )
            }
            state = new
            try write(sealed.event, StateChange(from: old, to: new), new, in: surroundings)
        }
        try reader.finish()
    }

    private func write(
        _ event: StoredEvent, _ change: StateChange, _ state: JobState, in surroundings: CommandSurroundings
    ) throws {
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("position", event.position.description)
                writer.field("version", event.version ?? 0)
                writer.field("kind", event.kind)
                writer.field("state", JobStateCodec.encode(state))
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        let style = surroundings.outputStyle()
        var line = StyledLine(TerminalText(event.position.description).padded(to: 6, .trailing), .dim)
        line.append("  ")
        line.append(TerminalText(event.kind).padded(to: 20))
        line.append("  ")
        line.append(TerminalText(change.words, limit: style.width ?? .max))
        try surroundings.output.writeLine(style.render(line))
    }
}
