import ArgumentParser
import HoldfastCore
import HoldfastStore

/// `holdfast history JOB`.
struct HistoryCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print every event of a job, from its first to its last.",
        discussion: """
            One line an event: time, position in the log, kind, and what it means. With --json a line is the event's \
            envelope, byte for byte what the HTTP stream of the job sends as its data. With --format timeline the job, \
            its steps and its waits are drawn as bars over time, with the gaps between them.

            EXAMPLES:
              holdfast history 6f0a1b2c3d4e
              holdfast history 6f0a1b2c3d4e --format timeline
              holdfast history 6f0a1b2c3d4e --types 'step.*,job.attemptFailed' --step parse
              holdfast history 6f0a1b2c3d4e --actor person:ana --since 2026-10-08T14:00:00Z
              holdfast history 6f0a1b2c3d4e --json | jq -c 'select(.kind == "step.completed") | .data'
              holdfast history 6f0a1b2c3d4e --after 1042 --limit 50
              holdfast history 6f0a1b2c3d4e --follow
            """)

    /// How events are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json, ndjson, timeline
    }

    @OptionGroup var target: TargetOptions

    @OptionGroup var argument: JobArgument

    @OptionGroup var filter: EventFilterOptions

    @Option(
        help: ArgumentHelp("How many events to print (default: all).", valueName: "count"),
        transform: ValueReading.count)
    var limit: Int?

    @Flag(help: "Go on with the events that come, until the job ends.")
    var follow = false

    @Option(
        help: ArgumentHelp(
            "table, json for one array, ndjson for one envelope a line as --json, or timeline (default: table).",
            valueName: "format"))
    var format: Format?

    @OptionGroup var json: ReadingOptions

    var isPaged: Bool { !follow }

    func validate() throws {
        if json.isOn, format != nil { throw ValidationError("give either --json or --format, not both") }
        if format == .timeline, !filter.isEmpty || limit != nil {
            throw ValidationError("a timeline is of the whole job; it takes no filter and no --limit")
        }
        guard follow else { return }
        if format == .timeline || format == .json {
            throw ValidationError("--follow goes with table and ndjson")
        }
        if limit != nil || filter.until != nil || filter.through != nil {
            throw ValidationError(
                "--follow goes on to the end of the job; leave out --limit, --until and --through")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let format = json.isOn ? .ndjson : format ?? .table
        let writer = EventWriter(surroundings, isJSON: format != .table, showsJob: false)
        try await target.work(follow ? .writing : .reading, in: surroundings) { target in
            let job = try await argument.job.find(in: target).id
            let reading = EventReading(job: job, filter: filter.events, limit: limit)
            switch format {
            case .timeline: try await draw(reading, from: target, in: surroundings)
            case .json: try await writeArray(reading, from: target, in: surroundings)
            case .table, .ndjson:
                guard follow else {
                    try await reading.read(from: target) {
                        try surroundings.output.write(writer.text(of: $0))
                    }
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

    private func writeArray(
        _ reading: EventReading, from target: any CommandTarget, in surroundings: CommandSurroundings
    ) async throws {
        var separator = "["
        try await reading.read(from: target) { events in
            for event in events {
                let text = surroundings.json(event.envelope.text)
                try surroundings.output.write(separator + text.dropLast())
                separator = ",\n"
            }
        }
        try surroundings.output.writeLine(separator == "[" ? "[]" : "]")
    }

    private func draw(
        _ reading: EventReading, from target: any CommandTarget, in surroundings: CommandSurroundings
    ) async throws {
        var timeline = JobTimeline()
        try await reading.read(from: target) { events in
            for event in events { try timeline.apply(event) }
        }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        let glyphs = TimelineChart.Glyphs(style, variable: surroundings.variable)
        for line in TimelineChart(text: text, glyphs: glyphs, width: style.width).lines(timeline) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}
