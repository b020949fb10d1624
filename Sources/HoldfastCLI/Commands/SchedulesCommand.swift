import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast schedules`.
struct SchedulesCommand: SurroundedCommand {
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

    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp("How many next moments to show of each (default: 3).", valueName: "count"),
        transform: ValueReading.count)
    var times: Int?

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let count = min(times ?? 3, 1000)
        try OpenStore(path: try database.path(in: surroundings), purpose: .reading).read { reader in
            var listed: [ScheduleListing] = []
            var last: ScheduleName?
            repeat {
                let page = try reader.schedules(after: last, limit: 500)
                last = page.last?.name
                listed += page.map { ScheduleListing(state: $0, next: count) }
            } while last != nil
            try write(listed, in: surroundings)
        }
    }

    private func write(_ schedules: [ScheduleListing], in surroundings: CommandSurroundings) throws {
        guard !json.isOn else {
            for schedule in schedules {
                let object = ScheduleStateCodec.encode(schedule.state, nextTimes: schedule.nextTimes)
                try surroundings.output.write(surroundings.json(object.text))
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
