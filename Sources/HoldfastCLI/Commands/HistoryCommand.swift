import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast history JOB`.
struct HistoryCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print every event of a job, from its first to its last.",
        discussion: """
            One line an event: time, position in the log, kind, and what it means. With --json a line is the event's \
            envelope, byte for byte what the HTTP stream of the job sends as its data.

            EXAMPLES:
              holdfast history 6f0a1b2c3d4e
              holdfast history 6f0a1b2c3d4e --json | jq -c 'select(.kind == "step.completed") | .data'
              holdfast history 6f0a1b2c3d4e --after 1042 --limit 50
            """)

    private static let pageSize = 500

    @OptionGroup var database: DatabaseOptions

    @OptionGroup var argument: JobArgument

    @Option(
        help: ArgumentHelp("Only events after this position.", valueName: "position"),
        transform: ValueReading.position)
    var after: EventLogPosition?

    @Option(
        help: ArgumentHelp("How many events to print (default: all).", valueName: "count"),
        transform: ValueReading.count)
    var limit: Int?

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let writer = EventWriter(surroundings, isJSON: json.isOn, showsJob: false)
        try OpenStore(path: try database.path(in: surroundings), purpose: .reading).read { reader in
            var query = EventQuery(job: try argument.job.find(reader).id, after: after ?? .beginning)
            var rest = limit ?? .max
            while rest > 0 {
                query.limit = min(rest, Self.pageSize)
                let page = try reader.events(query)
                for event in page.events { try surroundings.output.write(writer.text(of: event)) }
                guard page.events.count == query.limit, let last = page.events.last else { return }
                rest -= page.events.count
                query.after = last.position
            }
        }
    }
}
