import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine

/// `holdfast schedule`: the commands about one schedule.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Set, pause, resume, run or remove a schedule.",
        discussion: """
            A schedule enqueues a job again and again: at the times of a cron expression or every so long. It is \
            kept in the database, and whatever server has it open enqueues the jobs.

            EXAMPLES:
              holdfast schedule set nightly --cron "0 3 * * *" --zone Europe/Berlin --kind ledger.import
              holdfast schedule pause nightly --reason "the bank is closed"
              holdfast schedule run nightly
            """,
        subcommands: [
            ScheduleSetCommand.self, SchedulePauseCommand.self, ScheduleResumeCommand.self,
            ScheduleRunCommand.self, ScheduleRemoveCommand.self,
        ])
}

/// What the commands that steer a schedule have in common.
struct ScheduleOptions: ParsableArguments {
    @OptionGroup var target: TargetOptions

    @Argument(help: "The schedule's name.", transform: ValueReading.name)
    var name: ScheduleName

    @OptionGroup var actor: ActorOptions
    @OptionGroup var json: JSONOption

    /// Why, in words for people.
    var reason: String? { actor.reason }

    /// Does something to the schedule and prints it as it is then.
    func run(
        in surroundings: CommandSurroundings, _ sentence: (ScheduleState, JobStateText) -> String,
        _ steer: (any CommandTarget) async throws -> ScheduleListing
    ) async throws {
        let listing = try await target.work(.writing, by: actor.asker, in: surroundings, steer)
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(listing.json.text))
        }
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        try surroundings.output.writeLine(TerminalText(sentence(listing.state, text)).text)
    }
}

/// `holdfast schedule pause NAME`.
struct SchedulePauseCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let a schedule enqueue nothing before it is resumed.",
        discussion: """
            Repeating it changes nothing.

            EXAMPLE:
              holdfast schedule pause nightly --reason "the bank is closed"
            """)

    @OptionGroup var options: ScheduleOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) { state, _ in
            "Schedule \(state.name) is paused"
        } _: {
            try await $0.steer(ScheduleVerb.pause, options.name, reason: options.reason)
        }
    }
}

/// `holdfast schedule resume NAME`.
struct ScheduleResumeCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused schedule go on.",
        discussion: """
            Runs that fell due while it was paused are left out, which the log says. Repeating it changes nothing.

            EXAMPLE:
              holdfast schedule resume nightly
            """)

    @OptionGroup var options: ScheduleOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) { state, text in
            "Schedule \(state.name) is active\(state.nextDue.map { ", next \(text.moment($0))" } ?? "")"
        } _: {
            try await $0.steer(ScheduleVerb.resume, options.name, reason: options.reason)
        }
    }
}

/// `holdfast schedule run NAME`.
struct ScheduleRunCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Enqueue a job of a schedule now.",
        discussion: """
            It does so also while the schedule is paused or its last job is unfinished, and its next moment stays. \
            Each call enqueues a job.

            EXAMPLE:
              holdfast schedule run nightly --reason "the file came late"
            """)

    @OptionGroup var options: ScheduleOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) { state, _ in
            guard let job = state.lastRun?.job else { return "Schedule \(state.name) has run" }
            return "Enqueued \(job) of schedule \(state.name); watch it: holdfast tail \(job)"
        } _: {
            try await $0.steer(ScheduleVerb.run, options.name, reason: options.reason)
        }
    }
}

/// `holdfast schedule remove NAME`.
struct ScheduleRemoveCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End a schedule; jobs that it enqueued stay.",
        discussion: """
            With --json the schedule is printed as it was.

            EXAMPLE:
              holdfast schedule remove nightly --reason "moved to the ledger itself"
            """)

    @OptionGroup var options: ScheduleOptions

    func run(in surroundings: CommandSurroundings) async throws {
        try await options.run(in: surroundings) { state, _ in
            "Removed schedule \(state.name)"
        } _: {
            try await $0.removeSchedule(options.name, reason: options.reason)
        }
    }
}
