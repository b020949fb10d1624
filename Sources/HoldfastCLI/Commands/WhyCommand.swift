import ArgumentParser
import HoldfastCore
import HoldfastEngine

/// `holdfast why JOB`.
struct WhyCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell why a job is not running, or why it is as it is.",
        discussion: """
            It says what the log, the leases and the locks of engines know: how the job ended, what it waits for, who \
            paused it or its queue, which jobs hold its places, who runs it until when, or that nobody is there to run \
            it. Several things can hold at once; the most decisive one stands first, with what can be typed about it.

            EXAMPLES:
              holdfast why 6f0a1b2c3d4e
              holdfast why 6f0a1b2c3d4e --json | jq -r '.reasons[0].code'
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var argument: JobArgument

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let standing = try await target.work(.reading, in: surroundings) { target in
            try await target.standing(
                of: try await argument.job.find(in: target).id, at: surroundings.now)
        }
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(standing.json.text)) }
        try write(standing, in: surroundings)
    }

    private func write(_ standing: JobStanding, in surroundings: CommandSurroundings) throws {
        let style = surroundings.outputStyle()
        let text = StandingText(
            text: JobStateText(time: surroundings.time, now: surroundings.now), standing: standing)
        func write(_ sentence: String, first: TerminalText = .empty, rest: TerminalText = .empty) throws {
            for line in WrappedText.lines(sentence, first: first, rest: rest, width: style.width) {
                try surroundings.output.writeLine(line.rendered(color: style.usesColor))
            }
        }
        try write(text.title)
        for reason in standing.reasons {
            try write(text.sentence(reason), first: "- ", rest: "  ")
            for advice in StandingAdvice.list(reason, of: standing) {
                var line = StyledLine(TerminalText("    \(advice.purpose): "), .dim)
                line.append(TerminalText(advice.command), .bold)
                // A command is never cut, so that it can be copied.
                try surroundings.output.writeLine(line.rendered(color: style.usesColor))
            }
        }
        if standing.hasMore { try write("It waits for more than is listed here.", first: "- ", rest: "  ") }
    }
}
