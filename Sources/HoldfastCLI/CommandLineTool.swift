import ArgumentParser

/// A command that runs in given surroundings.
protocol SurroundedCommand: ParsableCommand {
    /// Does what the command line asks for.
    ///
    /// - Throws: `CommandFailure`, or an error that `ErrorSentences` has a sentence for.
    func run(in surroundings: CommandSurroundings) async throws
}

/// The root of the command tree.
struct CommandLineTool: ParsableCommand {
    /// What people type.
    static let name = "holdfast"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Run durable jobs, and see everything that ever happened to them.",
        discussion: """
            Holdfast keeps jobs in one SQLite file: an append-only log of events. Every command opens that file \
            directly, also while a server has it open. Name it with --db, or once for all with HOLDFAST_DB. With --url \
            or HOLDFAST_URL the commands that read and steer ask a server instead, as whom HOLDFAST_TOKEN says.

            TRY IT:
              holdfast demo --dir /usr     a long job; kill it, run it again, and it goes on
              holdfast serve               run jobs, and answer HTTP on 127.0.0.1:8080
              holdfast jobs                what there is
              holdfast tail JOB            watch one of them

            EXIT CODES:
            \(CommandExitCode.table)
            """,
        version: HoldfastVersion.current,
        subcommands: [
            ServeCommand.self, DemoCommand.self, EnqueueCommand.self, JobsCommand.self, ShowCommand.self,
            HistoryCommand.self, LogsCommand.self, TailCommand.self, WhyCommand.self, DiffCommand.self,
            ActorsCommand.self, ArtifactsCommand.self, CheckpointsCommand.self, ApproveCommand.self,
            RejectCommand.self, SignalCommand.self, CancelCommand.self, PauseCommand.self, ResumeCommand.self,
            RetryCommand.self, ReprioritiseCommand.self, RescheduleCommand.self, ForkCommand.self,
            SchedulesCommand.self, ScheduleCommand.self,
            QueuesCommand.self, QueueCommands.self,
            BulkCommand.self, BudgetCommand.self,
            StatsCommand.self, DoctorCommand.self,
            VerifyCommand.self, HeadCommand.self, RebuildCommand.self, PruneCommand.self,
            ArchiveCommand.self, RedactCommand.self, DestroyKeyCommand.self,
            BackupCommand.self, RestoreCommand.self, OpenCommand.self,
            ExportCommand.self, ImportCommand.self, ReplayCommand.self,
            TokenCommands.self, MigrateCommand.self, ManualCommand.self, VersionCommand.self,
        ])
}
