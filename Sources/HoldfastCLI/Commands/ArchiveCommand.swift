import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast archive`.
struct ArchiveCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Move jobs that ended long ago into sealed, compressed files beside the database.",
        discussion: """
            The jobs are those that `prune` with the same options would delete. Their whole histories are written into \
            a segment file, such as 1042-90311.holdfast.gz, which is read back and recorded in the log before they are \
            pruned. `holdfast show`, `history` and the other commands that read one job read it there, named by its \
            whole id, and `holdfast verify` goes on to check every segment. Keep the files: they are all that is left.

            EXAMPLES:
              holdfast archive --older-than 90d --dry-run
              holdfast archive --older-than 90d --reason "rule 7"
              holdfast archive --older-than 365d --to /mnt/archive/jobs
              holdfast import 1042-90311.holdfast.gz --job "$JOB" --db case.db
            """)

    @OptionGroup var database: DatabaseOptions

    @OptionGroup var retention: RetentionOptions

    @Option(
        help: ArgumentHelp(
            "Where the segments go (default: the folder DATABASE.archive beside the database).",
            valueName: "folder"))
    var to: String?

    @Flag(inversion: .prefixedNo, help: "Archive the bytes of the files that the jobs keep as well.")
    var artifacts = true

    @Flag(help: "Only say how many jobs and events would go.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions

    @OptionGroup var json: JSONOption

    func validate() throws {
        if to?.isEmpty == true { throw ValidationError("--to needs the path of a folder") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let rule = retention.rule
        let store = OpenStore(path: try database.path(in: surroundings), purpose: .writing)
        let report = try await store.withEngine(in: surroundings) { engine in
            let total = json.isOn || dryRun ? nil : try await engine.prune([rule], isDryRun: true).events
            let progress = LookProgress(surroundings, "archiving")
            return try await engine.archive(
                [rule], to: to.map { ArchiveFolder($0) }, withArtifacts: artifacts, isDryRun: dryRun,
                reason: actor.reason, by: actor.person(in: surroundings)
            ) { report in
                if let total { progress.note(report.events, of: total) }
            }
        }
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(report.json.text)) }
        for segment in report.segments {
            try surroundings.output.writeLine(
                "\(TerminalText("\(segment.folder)/\(segment.file)")): \(HumanUnits.count(segment.jobs, "job")), "
                    + "\(HumanUnits.count(segment.events, "event")), "
                    + HumanUnits.bytes(segment.bytes))
        }
        let verb = report.pruned.isDryRun ? "would be archived" : "archived"
        var sentence =
            HumanUnits.count(report.pruned.jobs, "job") + " with "
            + HumanUnits.count(report.pruned.events, "event") + " \(verb)"
        if report.pruned.spared > 0 {
            sentence +=
                "; \(report.pruned.spared) kept, because they were redacted, or they or the jobs that began them go on"
        }
        try surroundings.output.writeLine(TerminalText(sentence + ".").text)
    }
}
