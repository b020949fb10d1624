import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast schedules`.
struct SchedulesCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules",
        abstract: "List schedules, with the moments at which they are due next.",
        discussion: """
            Moments are of your own time zone; a schedule keeps to the one that it was set with. A schedule is \
            queued while a run of it waits for the end of the job before.

            EXAMPLES:
              holdfast schedules
              holdfast schedules --times 5 --json | jq '.next_times'
            """)

    @OptionGroup var target: TargetOptions

    @Option(
        help: ArgumentHelp("How many next moments to show of each (default: 3).", valueName: "count"),
        transform: ValueReading.count)
    var times: Int?

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let count = min(times ?? 3, 1000)
        let listed = try await target.work(.reading, in: surroundings) { target in
            try await target.schedules(times: count)
        }
        try write(listed, in: surroundings)
    }

    private func write(_ schedules: [ScheduleListing], in surroundings: CommandSurroundings) throws {
        guard !json.isOn else {
            for schedule in schedules {
                try surroundings.output.write(surroundings.json(schedule.json.text))
            }
            return
        }
        guard !schedules.isEmpty else {
            return try surroundings.output.writeLine("There are no schedules yet.")
        }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        for line in ScheduleTable(text: text, width: style.width).lines(schedules) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}
