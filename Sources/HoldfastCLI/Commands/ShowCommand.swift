import ArgumentParser
import HoldfastCore
import HoldfastServer
import HoldfastStore

/// `holdfast show JOB`.
struct ShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show where a job stands: state, progress, steps, logs, input and output.",
        discussion: """
            Everything is read at one moment of the log. A job may be named by a part of its id, from the start or \
            the end, that fits no other job.

            EXAMPLES:
              holdfast show 6f0a1b2c3d4e
              holdfast show 6f0a1b2c3d4e --at 14:03
              holdfast show 6f0a1b2c3d4e --json | jq .output
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var argument: JobArgument

    @Option(
        help: ArgumentHelp("How many of the newest steps to list (default: 10).", valueName: "count"),
        transform: ValueReading.count)
    var steps: Int?

    @Option(
        help: ArgumentHelp(
            "How many of the newest log lines to show (default: 10; 50 with --json).", valueName: "count"),
        transform: ValueReading.count)
    var logs: Int?

    @OptionGroup var past: PastOption

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let moment = try past.moment(in: surroundings)
        let logLimit = logs ?? (json.isOn ? 50 : 10)
        let sheet = try await target.work(.reading, in: surroundings) { target in
            try await target.sheet(of: try await argument.job.find(in: target).id, logs: logLimit, at: moment)
        }
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(sheet.json.text)) }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        for line in sheet.lines(text, stepLimit: steps ?? 10, isPast: moment != nil, width: style.width) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}
