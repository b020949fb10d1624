import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast rebuild`.
struct RebuildCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Fold the log anew, and put right every row that does not follow from it.",
        discussion: """
            The log is the truth; states, steps, counters and lists follow from it. They are folded once more beside \
            the ones that are there and compared; the rows that differ are put right in one moment. A server may go on \
            working on the file, and answers all the while.

            EXAMPLES:
              holdfast rebuild --db holdfast.db
              holdfast rebuild --dry-run
            """)

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Only say which rows differ.")
    var dryRun = false

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let progress = json.isOn ? nil : LookProgress(surroundings, "folding")
        let (events, rows, sentences): (Int64, Int, [String])
        if dryRun {
            let report = try OpenStore(path: path, purpose: .reading).audit(anchor: nil) {
                progress?.note($0.events, of: $0.total)
            }
            let found = report.findings.filter { $0.part == .projection }
            (events, rows, sentences) = (report.events, found.count, found.map(\.sentence))
        } else {
            let repair = try OpenStore(path: path, purpose: .writing).repair {
                progress?.note($0.events, of: $0.total)
            }
            (events, rows, sentences) = (repair.events, repair.rows, repair.sentences)
        }
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("dry_run", dryRun)
                writer.field("events", events)
                writer.field("rows", rows)
                writer.key("differences")
                writer.array { list in for sentence in sentences { list.raw(JSONText.string(sentence)) } }
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        for sentence in sentences { try surroundings.output.writeLine(TerminalText(sentence).text) }
        let verb = dryRun ? "would be" : "were"
        let outcome =
            rows == 0
            ? "every row follows from them" : "\(rows) \(rows == 1 ? "row" : "rows") \(verb) put right"
        try surroundings.output.writeLine(TerminalText("\(events) events folded: \(outcome).").text)
    }
}
