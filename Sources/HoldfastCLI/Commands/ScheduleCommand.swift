import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

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
    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The schedule's name.", transform: ValueReading.name)
    var name: ScheduleName

    @OptionGroup var actor: ActorOptions
    @OptionGroup var json: JSONOption

    /// Why, in words for people.
    var reason: String? { actor.reason }

    /// Does something to the schedule and prints it as it is then.
    func run(
        in surroundings: CommandSurroundings, _ sentence: (ScheduleState, JobStateText) -> String,
        _ steer: @escaping @Sendable (JobEngine, EventActor) async throws -> ScheduleState
    ) async throws {
        let person = actor.person(in: surroundings)
        let store = OpenStore(path: try database.path(in: surroundings), purpose: .writing)
        let state = try await store.withEngine(in: surroundings) { try await steer($0, person) }
        guard !json.isOn else { return try surroundings.write(state) }
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        try surroundings.output.writeLine(TerminalText(sentence(state, text)).text)
    }
}

extension CommandSurroundings {
    /// Prints a schedule as JSON.
    func write(_ state: ScheduleState) throws {
        let listing = ScheduleListing(state: state, next: 5)
        try output.write(json(ScheduleStateCodec.encode(state, nextTimes: listing.nextTimes).text))
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
        } _: { [options] engine, actor in
            try await engine.pauseSchedule(options.name, reason: options.reason, by: actor)
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
        } _: { [options] engine, actor in
            try await engine.resumeSchedule(options.name, reason: options.reason, by: actor)
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
        } _: { [options] engine, actor in
            try await engine.runScheduleNow(options.name, reason: options.reason, by: actor)
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
        } _: { [options] engine, actor in
            let state = try await engine.schedule(options.name, next: 0).state
            try await engine.removeSchedule(options.name, reason: options.reason, by: actor)
            return state
        }
    }
}
