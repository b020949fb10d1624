import ArgumentParser
import HoldfastAPI
import HoldfastCore

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

    @Option(
        help: ArgumentHelp(
            "How long its handler has to stop; then what it writes is refused (default: 60s).",
            valueName: "time"),
        transform: ValueReading.duration)
    var within: Duration?

    func run(in surroundings: CommandSurroundings) async throws {
        var body = options.body
        body.within = within
        try await options.run(.cancel, body, in: surroundings) { job in
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
        try await options.run(.retry, options.body, in: surroundings) { job in
            "Job \(job.id) is \(job.phase.name.rawValue), in life \(job.life)"
        }
    }
}

/// `holdfast pause JOB`.
struct PauseCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep a job from going on until it is resumed.",
        discussion: """
            A running job finishes its current step first. Decisions and signals that come meanwhile are kept.

            EXAMPLE:
              holdfast pause 6f0a1b2c3d4e --reason "the books are closed"
            """)

    @OptionGroup var options: SteerOptions

    @Option(
        help: ArgumentHelp(
            "How long its current step may go on; then it runs again later (default: 30s).", valueName: "time"
        ),
        transform: ValueReading.duration)
    var within: Duration?

    func run(in surroundings: CommandSurroundings) async throws {
        var body = options.body
        body.within = within
        try await options.run(.pause, body, in: surroundings) { job in
            job.phase.name == .paused
                ? "Paused \(job.id)" : "Asked \(job.id) to pause; it does so after its current step"
        }
    }
}

/// `holdfast resume JOB`.
struct ResumeCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused job run again.",
        discussion: """
            A job is paused by `holdfast pause`, by its own handler, or when its process died several times in a row \
            without recording a step, a decision or a signal in between.

            EXAMPLE:
              holdfast resume 6f0a1b2c3d4e --reason "more memory now"
            """)

    @OptionGroup var options: SteerOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(.resume, options.body, in: surroundings) { job in
            "Job \(job.id) is \(job.phase.name.rawValue)"
        }
    }
}

/// `holdfast reprioritise JOB --to PRIORITY`.
struct ReprioritiseCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "reprioritise",
        abstract: "Let a job go before or behind others of its queue.",
        discussion: """
            EXAMPLE:
              holdfast reprioritise 6f0a1b2c3d4e --to high
            """)

    @OptionGroup var options: SteerOptions

    @Option(
        parsing: .unconditional, help: "high, normal, low or a number from -100 to 100.",
        transform: ValueReading.priority)
    var to: JobPriority

    func run(in surroundings: CommandSurroundings) async throws {
        var body = options.body
        body.priority = to
        try await options.run(.reprioritise, body, in: surroundings) { job in
            "Job \(job.id) has priority \(job.priority.value)"
        }
    }
}

/// `holdfast reschedule JOB`.
struct RescheduleCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "reschedule",
        abstract: "Move the moment before which a job does not start.",
        discussion: """
            It is for jobs that nobody runs: those that wait for a worker, for their moment, or for being resumed.

            EXAMPLES:
              holdfast reschedule 6f0a1b2c3d4e --delay 2h
              holdfast reschedule 6f0a1b2c3d4e --not-before 2026-12-01T06:00:00Z
            """)

    @OptionGroup var options: SteerOptions
    @OptionGroup var moment: MomentOptions

    func run(in surroundings: CommandSurroundings) async throws {
        guard let due = moment.due(in: surroundings) else {
            throw CommandFailure(
                .usage, "give --delay or --not-before; see `holdfast reschedule --help`")
        }
        var body = options.body
        body.notBefore = due
        try await options.run(.reschedule, body, in: surroundings) { job in
            "Job \(job.id) is \(job.phase.name.rawValue)"
        }
    }
}
