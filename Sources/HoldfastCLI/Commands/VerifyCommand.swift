import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast verify`.
struct VerifyCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that the log was not edited, and that everything else follows from it.",
        discussion: """
            Each event is sealed with the hash of the one before it, so a change, a gap, a swap and an insertion show. \
            Every row that follows from the log is folded anew and compared; every large value and file is summed up, \
            every segment of the archive is read, and SQLite looks at every page of the file. \
            It writes nothing, and a server may go on working on the file.

            Nobody can see from the file alone that its newest events were cut off: keep what `holdfast head` prints \
            somewhere else, and give it with --head.

            The exit code is 0 when all is sound, and 1 when something was found.

            EXAMPLES:
              holdfast verify --db holdfast.db
              holdfast verify --head "$(cat head-of-monday.txt)"
              holdfast verify --thorough
              holdfast verify --url http://127.0.0.1:8080
              holdfast verify --json | jq '.findings[].sentence'
            """)

    @OptionGroup var target: TargetOptions

    @Option(
        help: ArgumentHelp("The end that the log had, as `holdfast head` printed it.", valueName: "head"),
        transform: { text in
            guard let head = LogHead(text: text) else {
                throw ValidationError("a head looks like 1042-3f9a.., as `holdfast head` prints it")
            }
            return head
        })
    var head: LogHead?

    @Flag(help: "Compare every index with its table as well, which takes many times as long.")
    var thorough = false

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let progress = json.isOn ? nil : LookProgress(surroundings, "verifying")
        let report = try await target.work(.reading, in: surroundings) { target in
            try await target.verify(against: head, isThorough: thorough) { progress?.note($0, of: $1) }
        }
        if json.isOn {
            try surroundings.output.write(surroundings.json(report.json.text))
        } else {
            try write(report, in: surroundings)
        }
        guard report.isSound else { throw CommandFailure(.jobRefused, "") }
    }

    private func write(_ report: AuditReport, in surroundings: CommandSurroundings) throws {
        let style = surroundings.outputStyle()
        for finding in report.findings {
            // A finding is read to its end, however narrow the terminal is.
            try surroundings.output.writeLine(
                StyledLine(TerminalText("\(finding.part.rawValue): \(finding.sentence)"), .red)
                    .rendered(color: style.usesColor))
        }
        if report.findingCount > report.findings.count {
            try surroundings.output.writeLine("... \(report.findingCount) findings in all")
        }
        var looked =
            "\(HumanUnits.count(report.events, "event")), \(HumanUnits.count(report.rows, "row")), "
            + HumanUnits.count(report.contents, "value or file", "values and files")
        if report.prunedRanges > 0 {
            looked += ", " + HumanUnits.count(report.prunedRanges, "pruned stretch", "pruned stretches")
        }
        if report.segments > 0 {
            looked += ", " + HumanUnits.count(report.segments, "segment") + " of the archive"
        }
        try surroundings.output.writeLine(
            TerminalText(report.isSound ? "All is sound: \(looked)." : "NOT sound: \(looked).").text)
        try surroundings.output.writeLine(TerminalText("Head: \(report.head.text)").text)
    }
}
