import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast checkpoints`.
struct CheckpointsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoints",
        abstract: "List what waits for a person's decision, or waited, the oldest first.",
        discussion: """
            A job at a checkpoint waits without a worker, for as long as it takes. `holdfast approve` and \
            `holdfast reject` decide it.

            EXAMPLES:
              holdfast checkpoints
              holdfast checkpoints --at 03:00
              holdfast checkpoints --json | jq -r 'select(.job_kind == "ledger.import") | .job'
            """)

    @OptionGroup var target: TargetOptions

    @Option(
        help: ArgumentHelp("How many to list (default: 50).", valueName: "count"),
        transform: ValueReading.count)
    var limit: Int?

    @OptionGroup var past: PastOption

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let moment = try past.moment(in: surroundings)
        let page = try await target.work(.reading, in: surroundings) {
            try await $0.openCheckpoints(limit: limit ?? 50, at: moment)
        }
        if !page.isComplete {
            try surroundings.errors.writeLine(
                "holdfast: more jobs had not ended then than are looked at; these are those of the newest "
                    + HumanUnits.count(Int64(PastReader.unfinishedJobLimit)))
        }
        let found = page.checkpoints
        if json.isOn {
            for row in found { try surroundings.output.write(surroundings.json(row.json.text)) }
            return
        }
        guard !found.isEmpty else {
            let word = moment == nil ? "waits" : "waited"
            return try surroundings.output.writeLine("Nothing \(word) for a decision.")
        }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        for line in CheckpointTable(text: text, width: style.width).lines(found) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}

/// `holdfast approve JOB NAME`.
struct ApproveCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a checkpoint, so that its job goes on.",
        discussion: """
            The first decision counts. Approving again changes nothing; a different decision later is refused, and \
            recorded as refused.

            EXAMPLES:
              holdfast approve 6f0a1b2c3d4e post-to-books --reason "totals checked"
              holdfast approve 6f0a1b2c3d4e choose --data '{"variant":"B"}'
            """)

    @OptionGroup var options: DecisionOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.approve, in: surroundings)
    }
}

/// `holdfast reject JOB NAME`.
struct RejectCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject",
        abstract: "Reject a checkpoint; its handler decides what that means.",
        discussion: """
            EXAMPLE:
              holdfast reject 6f0a1b2c3d4e post-to-books --reason "the totals are off by 12"
            """)

    @OptionGroup var options: DecisionOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.reject, in: surroundings)
    }
}

/// What the commands that decide a checkpoint have in common.
struct DecisionOptions: ParsableArguments {
    @OptionGroup var steering: SteerOptions

    @Argument(help: "The checkpoint's name.", transform: ValueReading.name)
    var name: WaitName

    @Option(
        help: ArgumentHelp("Which checkpoint of that name (default: the newest).", valueName: "number"),
        transform: ValueReading.count)
    var occurrence: Int?

    @Option(help: ArgumentHelp("What the handler is given: JSON, @FILE or -.", valueName: "json|@file|-"))
    var data: String?

    /// Decides the checkpoint and prints the decision that counts.
    func run(_ choice: CheckpointChoice, in surroundings: CommandSurroundings) async throws {
        let value = try data.map { try InputArgument($0).value(of: "--data", in: surroundings) } ?? .null
        let body = DecisionBody(choice, reason: steering.reason, value: value)
        let decision = try await steering.withJob(in: surroundings) {
            try await $0.decide(name, occurrence: occurrence, of: $1, body)
        }
        if steering.json.isOn {
            return try surroundings.output.write(surroundings.json(decision.json.text))
        }
        let word = decision.isApproved ? "Approved" : "Rejected"
        let place = WaitText.place(decision.checkpoint)
        try surroundings.output.writeLine(TerminalText("\(word) \(place), by \(decision.actor.words)").text)
    }
}

/// `holdfast signal JOB NAME`.
struct SignalCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "signal",
        abstract: "Tell a job something that it waits for, or will wait for.",
        discussion: """
            Signals of one name are taken in the order in which they came.

            EXAMPLES:
              holdfast signal 6f0a1b2c3d4e payment-arrived --payload '{"amount":120}'
              holdfast signal 6f0a1b2c3d4e payment-arrived --payload @payment.json --request bank-2217
            """)

    @OptionGroup var options: SteerOptions

    @Argument(help: "The signal's name.", transform: ValueReading.name)
    var name: WaitName

    @Option(help: ArgumentHelp("What is told: JSON, @FILE or -.", valueName: "json|@file|-"))
    var payload: String?

    @Option(
        help: "Names this delivery, so that repeating it changes nothing.", transform: ValueReading.name)
    var request: RequestKey?

    func run(in surroundings: CommandSurroundings) async throws {
        let value =
            try payload.map { try InputArgument($0).value(of: "--payload", in: surroundings) } ?? .null
        let state = try await options.withJob(in: surroundings) {
            try await $0.signal(SignalBody(name, value), to: $1, request: request)
        }
        try options.write(state, in: surroundings) { job in
            "Sent \(name) to \(job.id), which is \(job.phase.name.rawValue)"
        }
    }
}
