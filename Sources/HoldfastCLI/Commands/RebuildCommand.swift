import ArgumentParser
import HoldfastCore
import HoldfastEngine
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
              holdfast rebuild --url http://127.0.0.1:8080
            """)

    @OptionGroup var target: TargetOptions

    @Flag(help: "Only say which rows differ.")
    var dryRun = false

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let progress = json.isOn ? nil : LookProgress(surroundings, "folding")
        let report = try await target.work(dryRun ? .reading : .writing, in: surroundings) { target in
            try await target.rebuild(isDryRun: dryRun) { progress?.note($0, of: $1) }
        }
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(report.json.text)) }
        let (events, rows) = (report.events, report.rows)
        for sentence in report.sentences { try surroundings.output.writeLine(TerminalText(sentence).text) }
        let verb = dryRun ? "would be put right" : "put right"
        let outcome = rows == 0 ? "every row follows from them" : "\(HumanUnits.count(rows, "row")) \(verb)"
        try surroundings.output.writeLine("\(HumanUnits.count(events, "event")) folded: \(outcome).")
    }
}
