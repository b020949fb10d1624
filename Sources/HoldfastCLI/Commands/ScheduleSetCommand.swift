import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine

/// `holdfast schedule set NAME`.
struct ScheduleSetCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set what a schedule enqueues when; make it if there is none of the name.",
        discussion: """
            Give either --cron or --every. A cron expression has five fields: minute, hour, day of month, month, day \
            of week. Repeating the same changes nothing; another definition replaces the one before. A paused \
            schedule stays paused.

            EXAMPLES:
              holdfast schedule set nightly --cron "0 3 * * *" --zone Europe/Berlin --kind ledger.import
              holdfast schedule set poll --every 10m --kind mail.poll --input '{"box":"in"}' --overlap queue-one
              holdfast schedule set report --cron "0 8 * * mon" --kind report --missed skip --any-kind
            """)

    @OptionGroup var target: TargetOptions

    @Argument(help: "The schedule's name.", transform: ValueReading.name)
    var name: ScheduleName

    @Option(help: ArgumentHelp("When it is due, such as \"0 3 * * *\" or @daily.", valueName: "expression"))
    var cron: String?

    @Option(help: ArgumentHelp("The time zone of --cron (default: UTC).", valueName: "zone"))
    var zone: String?

    @Option(
        help: ArgumentHelp("How often it is due: 30s, 10m, 2h, 1d.", valueName: "time"),
        transform: ValueReading.duration)
    var every: Duration?

    @Option(
        help: ArgumentHelp(
            "The moment from which --every counts, as RFC 3339 (default: now).", valueName: "moment"),
        transform: ValueReading.moment)
    var anchor: Timestamp?

    @Option(help: "The kind of its jobs.", transform: ValueReading.name)
    var kind: JobKind

    @Option(help: ArgumentHelp("The input: JSON, @FILE, or - for standard input.", valueName: "json|@file|-"))
    var input = "{}"

    @Option(help: "The queue of its jobs (default: default).", transform: ValueReading.name)
    var queue: QueueName?

    @Option(
        parsing: .unconditional, help: "high, normal, low or a number from -100 to 100.",
        transform: ValueReading.priority)
    var priority: JobPriority?

    @Option(help: "A mark of its jobs to filter by; may be repeated.", transform: ValueReading.name)
    var tag: [JobTag] = []

    @Option(
        help: ArgumentHelp(
            "While the last job is unfinished: allow, skip or queue-one (default: skip).", valueName: "policy"
        ),
        transform: ScheduleSetCommand.policy)
    var overlap: OverlapPolicy?

    @Option(
        help: ArgumentHelp(
            "For runs that fell due while nothing ran: skip, once or all (default: once).",
            valueName: "policy"),
        transform: ScheduleSetCommand.policy)
    var missed: MissedRunPolicy?

    @Flag(help: "Accept a kind that no worker ever announced, and make the database if it is missing.")
    var anyKind = false

    @OptionGroup var asker: PersonOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if (cron == nil) == (every == nil) { throw ValidationError("give either --cron or --every") }
        if zone != nil, cron == nil { throw ValidationError("--zone goes with --cron only") }
        if anchor != nil, every == nil { throw ValidationError("--anchor goes with --every only") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        var job = EnqueueBody(
            kind: kind, input: try InputArgument(input).value(in: surroundings), queue: queue,
            priority: priority, tags: tag)
        job.acceptsAnyKind = anyKind
        let body = ScheduleBody(times: try times, job: job, overlap: overlap, missed: missed)
        let purpose: OpenStore.Purpose = anyKind ? .creating : .writing
        let (listing, isChanged) = try await target.work(purpose, by: asker, in: surroundings) {
            try await $0.setSchedule(name, body)
        }
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(listing.json.text))
        }
        let state = listing.state
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        let when = EventSummary.words(for: state.definition.timing)
        let next = state.nextDue.map { ", next \(text.moment($0))" } ?? ", never due"
        let verb = isChanged ? "enqueues" : "is unchanged: it enqueues"
        let pause = state.isPaused ? "; it is paused" : ""
        try surroundings.output.writeLine(
            TerminalText("Schedule \(name) \(verb) \(kind) \(when)\(next)\(pause)").text)
    }

    private var times: ScheduleBody.Times {
        get throws {
            guard let every else { return .cron(cron ?? "", zone: zone) }
            let (seconds, rest) = every.components
            guard rest == 0 else { throw ScheduleRejection.interval(every) }
            return .every(seconds: seconds, anchor: anchor)
        }
    }

    private static func policy<Policy: RawRepresentable<String> & CaseIterable>(_ text: String) throws
        -> Policy
    {
        let names = Policy.allCases.map { $0.rawValue.map { $0 == "_" ? "-" : $0 } }.map { String($0) }
        guard let index = names.firstIndex(of: String(text.map { $0 == "_" ? "-" : $0 })) else {
            throw ValidationError("it is one of \(names.joined(separator: ", "))")
        }
        return Array(Policy.allCases)[index]
    }
}
