import ArgumentParser
import HoldfastCore
import HoldfastServer

/// `holdfast stats`.
struct StatsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show how much there is of what: jobs by queue and state, events, bytes.",
        discussion: """
            No rows are counted for it, so it is as quick on a log of millions of events as on an empty one. The events \
            of the last minute are found by their times, and as exact as the clocks of those who wrote them.

            EXAMPLES:
              holdfast stats
              holdfast stats --at 14:03
              holdfast stats --json | jq '.jobs.failed // 0'
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var past: PastOption

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let now = surroundings.now
        let moment = try past.moment(in: surroundings)
        let statistics = try await target.work(.reading, in: surroundings) {
            try await $0.statistics(at: moment, now: now)
        }
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(statistics.json.text))
        }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: now)
        for line in statistics.lines(text, width: style.width) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}
