import ArgumentParser
import HoldfastCore
import HoldfastEngine

/// `holdfast actors`.
struct ActorsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "actors",
        abstract: "Tell who decided what, when and why: the audit trail.",
        discussion: """
            Every event that a person or a schedule caused and that is a decision: enqueued, cancelled, paused, resumed, \
            retried, forked and moved jobs, decided checkpoints (and decisions that came too late), signals, raised \
            budgets, and changes of queues, schedules and many jobs at once. With --engines what engines did on \
            their own account as well, such as at a deadline.

            With --csv the lines are as RFC 4180 has them, with a header. A cell that a spreadsheet would take for a \
            formula gets a ' before it; --raw-cells leaves such cells as they are.

            EXAMPLES:
              holdfast actors --since 2026-10-08T00:00:00Z --actor ana
              holdfast actors --job 6f0a1b2c3d4e
              holdfast actors --csv > audit.csv
              holdfast actors --json | jq -r 'select(.kind == "checkpoint.decided") | .actor.id'
            """)

    private static let pageSize = 500

    @OptionGroup var target: TargetOptions

    @Option(
        help: ArgumentHelp("Only decisions about this job.", valueName: "job"),
        transform: JobReference.init)
    var job: JobReference?

    @Option(help: ArgumentHelp("Only decisions of this person or schedule.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp(
            "Only events of this kind, such as job.cancelled; may be repeated.", valueName: "kind"),
        transform: ActorsCommand.kind)
    var kind: [EventKind] = []

    @Option(
        help: ArgumentHelp("Only decisions at this moment or later, as RFC 3339.", valueName: "moment"),
        transform: ValueReading.moment)
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only decisions before this moment.", valueName: "moment"),
        transform: ValueReading.moment)
    var until: Timestamp?

    @Flag(help: "What engines did on their own account as well.")
    var engines = false

    @Option(
        help: ArgumentHelp("Only decisions after this position.", valueName: "position"),
        transform: ValueReading.position)
    var after: EventLogPosition?

    @Option(
        help: ArgumentHelp("How many decisions to print (default: all).", valueName: "count"),
        transform: ValueReading.count)
    var limit: Int?

    @Flag(help: "Print CSV, for spreadsheets.")
    var csv = false

    @Flag(help: "Print cells of CSV as they are, also those that begin as formulas do.")
    var rawCells = false

    @OptionGroup var json: ReadingOptions

    func validate() throws {
        if csv, json.isOn { throw ValidationError("give either --csv or --json, not both") }
        if rawCells, !csv { throw ValidationError("--raw-cells goes with --csv") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let writer = DecisionWriter(form, in: surroundings)
        try await target.work(.reading, in: surroundings) { target in
            var query = DecisionQuery(
                job: try await job?.find(in: target).id, actor: actor,
                kinds: kind.isEmpty ? nil : Set(kind),
                since: since, until: until, includesEngines: engines, after: after ?? .beginning)
            try writer.begin()
            var rest = limit ?? .max
            while rest > 0 {
                query.limit = min(rest, Self.pageSize)
                let page = try await target.decisions(query)
                for decision in page.decisions { try writer.write(decision) }
                rest -= page.decisions.count
                guard let next = page.next else { return }
                query.after = next
            }
        }
    }

    private var form: DecisionWriter.Form {
        if csv { return .values(SeparatedValues(guardsFormulas: !rawCells)) }
        return json.isOn ? .json : .sentences
    }

    private static func kind(_ text: String) throws -> EventKind {
        guard let kind = EventKind(rawValue: text), DecisionRecord.kinds.contains(kind) else {
            let names = DecisionRecord.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            throw ValidationError("a kind of decision is one of \(names)")
        }
        return kind
    }
}
