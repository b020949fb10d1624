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

    @OptionGroup var target: TargetOptions

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
        try await target.work(.reading, in: surroundings) { target in
            let job = try await argument.job.find(in: target).id
            var (position, rest) = (after ?? .beginning, limit ?? .max)
            while rest > 0 {
                let count = min(rest, Self.pageSize)
                let events = try await target.history(of: job, after: position, limit: count)
                for event in events { try surroundings.output.write(writer.text(of: event)) }
                guard events.count == count, let last = events.last else { return }
                rest -= count
                position = last.position
            }
        }
    }
}
