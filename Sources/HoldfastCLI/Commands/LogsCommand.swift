import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast logs JOB`.
struct LogsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the lines that a job logged.",
        discussion: """
            With --follow the lines that come are printed as well, until the job ends or Ctrl-C is pressed. With --json a \
            line is the event's envelope.

            EXAMPLES:
              holdfast logs 6f0a1b2c3d4e
              holdfast logs 6f0a1b2c3d4e --level warning --since 2026-10-08T14:00:00Z
              holdfast logs 6f0a1b2c3d4e --follow
              holdfast logs 6f0a1b2c3d4e --json | jq -r .data.message
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var argument: JobArgument

    @Option(
        help: ArgumentHelp(
            "Only lines as serious as this or more: \(LogLevel.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "level"),
        transform: ValueReading.level)
    var level: LogLevel?

    @Option(
        help: ArgumentHelp("Only lines of this moment or later, as RFC 3339.", valueName: "moment"),
        transform: ValueReading.moment)
    var since: Timestamp?

    @Flag(help: "Go on with the lines that come, until the job ends.")
    var follow = false

    @OptionGroup var json: ReadingOptions

    var isPaged: Bool { !follow }

    func run(in surroundings: CommandSurroundings) async throws {
        let filter = EventFilter(kinds: [.logWritten], since: since, level: level)
        let writer = LogWriter(surroundings, isJSON: json.isOn)
        try await target.work(follow ? .writing : .reading, in: surroundings) { target in
            let reading = EventReading(job: try await argument.job.find(in: target).id, filter: filter)
            guard follow else {
                try await reading.read(from: target) { try surroundings.output.write(writer.text(of: $0)) }
                return
            }
            try await Interruption.watch(surroundings) {
                try await reading.follow(on: target) {
                    try await surroundings.output.send(writer.text(of: $0))
                }
            }
        }
    }
}

/// Turns logged lines into the text of a command's output.
private struct LogWriter {
    private let surroundings: CommandSurroundings
    private let isJSON: Bool
    private let moments = MomentColumn()

    init(_ surroundings: CommandSurroundings, isJSON: Bool) {
        self.surroundings = surroundings
        self.isJSON = isJSON
    }

    /// The lines of events, each with its end.
    func text(of events: [StoredEvent]) -> String {
        guard !isJSON else { return events.map { surroundings.json($0.envelope.text) }.joined() }
        let style = surroundings.outputStyle()
        return events.map { style.render(line(of: $0, width: style.width)) + "\n" }.joined()
    }

    private func line(of event: StoredEvent, width: Int?) -> StyledLine {
        let moment = surroundings.time.short(event.at.microseconds, now: surroundings.now.microseconds)
        var line = StyledLine(moments.padded(moment), .dim)
        line.append("  ")
        guard case .job(.logWritten(let logged)) = try? event.decoded().event else {
            line.append(TerminalText(EventSummary.quote(event.data), limit: width ?? .max))
            return line
        }
        line.append(TerminalText(logged.level.rawValue).padded(to: 10), Self.style(of: logged.level))
        line.append(TerminalText(logged.message, limit: width ?? .max))
        if let metadata = logged.metadata {
            line.append(TerminalText("  " + EventSummary.quote(metadata), limit: width ?? .max), .dim)
        }
        return line
    }

    private static func style(of level: LogLevel) -> Style? {
        switch level {
        case .critical, .error: .red
        case .warning: .yellow
        case .info, .notice: nil
        case .trace, .debug: .dim
        }
    }
}
