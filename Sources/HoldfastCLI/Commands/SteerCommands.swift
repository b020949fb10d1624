import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What the commands that steer a job have in common.
struct SteerOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions

    @Argument(
        help: "The job: its id, or at least 6 digits from its start or end.", transform: JobReference.init)
    var job: JobReference

    @Option(help: ArgumentHelp("Why, kept in the history of the job.", valueName: "text"))
    var reason: String?

    @Option(
        help: ArgumentHelp(
            "Who asks for it, kept in the history of the job (default: your login name).", valueName: "name"))
    var by: String?

    @OptionGroup var json: JSONOption

    func validate() throws {
        if let by, !TextIdentifierRules.accepts(by) {
            throw ValidationError("--by: \(TextIdentifierRules.explanation)")
        }
    }

    /// Sends the command to the job and prints the job as it is then.
    func run(
        _ command: SteerCommand, in surroundings: CommandSurroundings, _ sentence: (JobState) -> String
    ) async throws {
        let store = OpenStore(path: try database.path(in: surroundings), purpose: .writing)
        let reference = job
        let state = try await store.withEngine(in: surroundings) { engine in
            let job = try await engine.log.read { try reference.find($0).id }
            return try await engine.steer(command, job, by: .person(by ?? surroundings.person))
        }
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(JobStateCodec.encode(state).text))
        }
        try surroundings.output.writeLine(TerminalText(sentence(state)).text)
    }
}

/// `holdfast cancel JOB`.
struct CancelCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a job: at once when it waits, else by asking its handler.",
        discussion: """
            Recorded steps are kept, so `holdfast retry` goes on behind them. Repeating it changes nothing; a job \
            that completed or failed cannot be cancelled.

            EXAMPLE:
              holdfast cancel 6f0a1b2c3d4e --reason "duplicate of yesterday's"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.cancel(reason: options.reason), in: surroundings) { job in
            job.phase.name.isEnded
                ? "Cancelled \(job.id)"
                : "Asked \(job.id) to stop; `holdfast tail \(job.id)` shows when it has"
        }
    }
}

/// `holdfast retry JOB`.
struct RetryCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Begin an ended job once more, behind the steps that it has recorded.",
        discussion: """
            It opens a new life of the job: all attempts are available again, and recorded steps answer at once.

            EXAMPLE:
              holdfast retry 6f0a1b2c3d4e --reason "the disk has room again"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.retry(reason: options.reason), in: surroundings) { job in
            "Job \(job.id) is \(job.phase.name.rawValue), in life \(job.life)"
        }
    }
}

/// `holdfast resume JOB`.
struct ResumeCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused job run again.",
        discussion: """
            A job is paused when its process died several times in a row without recording a step in between.

            EXAMPLE:
              holdfast resume 6f0a1b2c3d4e --reason "more memory now"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.resume(reason: options.reason), in: surroundings) { job in
            "Job \(job.id) is \(job.phase.name.rawValue)"
        }
    }
}
