import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// `holdfast queue`: changes one queue.
struct QueueCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Limit, pause or resume a queue.",
        discussion: """
            What is said here holds from the next start of a job on, in every process that has the database open. \
            `holdfast queues` shows what there is.

            EXAMPLES:
              holdfast queue set mail --concurrency 3 --rate 100/1s
              holdfast queue pause mail --reason "the relay is down"
              holdfast queue resume mail
            """,
        subcommands: [QueueSetCommand.self, QueuePauseCommand.self, QueueResumeCommand.self])
}

/// What the commands that change a queue have in common.
struct QueueOptions: ParsableArguments {
    @OptionGroup var target: TargetOptions

    @Argument(help: "The queue.", transform: ValueReading.name)
    var queue: QueueName

    @OptionGroup var asker: PersonOption
    @OptionGroup var json: JSONOption

    /// Changes the queue and prints it as it is then.
    func run(
        in surroundings: CommandSurroundings,
        _ change: (any CommandTarget) async throws -> QueueReport
    ) async throws {
        let report = try await target.work(.writing, by: asker, in: surroundings, change)
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(report.json.text))
        }
        let text = QueueText(time: surroundings.time, now: surroundings.now)
        try surroundings.output.writeLine(TerminalText(text.sentence(about: report.state)).text)
    }
}

/// `holdfast queue set NAME`.
struct QueueSetCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change what a queue allows; what is not named stays as it is.",
        discussion: """
            A limit of `none` takes the limit away. Of a rate any window of time has at most a twentieth more \
            starts than was said. Weights count where the places of a process are limited as a whole.

            EXAMPLES:
              holdfast queue set imports --concurrency 3 --per-process 1
              holdfast queue set mail --rate 100/1s --weight 3
              holdfast queue set billing --per-key 1     (one per customer: enqueue with --limit-key)
              holdfast queue set mail --rate none
            """)

    @OptionGroup var options: QueueOptions

    @Option(
        help: ArgumentHelp("How many jobs run at once, over all processes.", valueName: "count|none"),
        transform: ValueReading.limit)
    var concurrency: LimitArgument<Int>?

    @Option(
        help: ArgumentHelp("How many jobs run at once in each process.", valueName: "count|none"),
        transform: ValueReading.limit)
    var perProcess: LimitArgument<Int>?

    @Option(
        help: ArgumentHelp("How many jobs start in a length of time: 100/1s.", valueName: "count/time|none"),
        transform: ValueReading.rate)
    var rate: LimitArgument<QueueRate>?

    @Option(
        help: ArgumentHelp("The share of the queue beside others, from 1 to 1000.", valueName: "number"),
        transform: ValueReading.count)
    var weight: Int?

    @Option(
        help: ArgumentHelp("How many jobs with the same limit key run at once.", valueName: "count|none"),
        transform: ValueReading.limit)
    var perKey: LimitArgument<Int>?

    func validate() throws {
        if concurrency == nil, perProcess == nil, rate == nil, weight == nil, perKey == nil {
            throw ValidationError(
                "say what to change: --concurrency, --per-process, --rate, --weight or --per-key")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        var body = QueueChangeBody()
        if let concurrency { body.concurrency = .set(concurrency.value) }
        if let perProcess { body.perProcess = .set(perProcess.value) }
        if let rate { body.rate = .set(rate.value) }
        if let weight { body.weight = .set(weight) }
        if let perKey { body.perKey = .set(perKey.value) }
        try await options.run(in: surroundings) { [body] in try await $0.configure(options.queue, body) }
    }
}

/// `holdfast queue pause NAME`.
struct QueuePauseCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Start no job of a queue until it is resumed; jobs that run go on.",
        discussion: """
            It survives restarts. Repeating it changes nothing: the first one who paused the queue stays named.

            EXAMPLE:
              holdfast queue pause mail --reason "the relay is down"
            """)

    @OptionGroup var options: QueueOptions

    @OptionGroup var why: ReasonOption

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) {
            try await $0.steer(QueueVerb.pause, options.queue, reason: why.reason)
        }
    }
}

/// `holdfast queue resume NAME`.
struct QueueResumeCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let the jobs of a paused queue start again.",
        discussion: """
            Repeating it changes nothing.

            EXAMPLE:
              holdfast queue resume mail --reason "the relay is back"
            """)

    @OptionGroup var options: QueueOptions

    @OptionGroup var why: ReasonOption

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) {
            try await $0.steer(QueueVerb.resume, options.queue, reason: why.reason)
        }
    }
}
