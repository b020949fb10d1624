import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine

/// `holdfast prune`.
struct PruneCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete jobs that ended long ago, and make the file smaller.",
        discussion: """
            Whole jobs go, with their events, rows, large values and files; of each is kept that it was pruned, by whom \
            and why, and `holdfast verify` goes on to prove all that is left. It is done in small steps, so a server \
            may go on working on the file. A job whose parent goes on is kept. Positions are never used again.

            EXAMPLES:
              holdfast prune --older-than 30d --dry-run
              holdfast prune --older-than 30d --state completed --reason "rule 7"
              holdfast prune --kind ledger.import --keep 1000
              holdfast prune --keep-bytes 2G
            """)

    @OptionGroup var target: TargetOptions

    @OptionGroup var retention: RetentionOptions

    @Flag(help: "Only say how many jobs and events would go.")
    var dryRun = false

    @OptionGroup var actor: ActorOptions

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let body = PruneBody([retention.rule], reason: actor.reason, isDryRun: dryRun)
        let progress = json.isOn || dryRun ? nil : LookProgress(surroundings, "pruning")
        let report = try await target.work(.writing, by: actor.asker, in: surroundings) { target in
            try await target.prune(body) { progress?.note($0, of: $1) }
        }
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(report.json.text)) }
        let verb = report.isDryRun ? "would be pruned" : "pruned"
        var sentence =
            HumanUnits.count(report.jobs, "job") + " with " + HumanUnits.count(report.events, "event")
            + " \(verb)"
        if report.spared > 0 {
            sentence += "; \(report.spared) kept, because the jobs that began them go on"
        }
        try surroundings.output.writeLine(TerminalText(sentence + ".").text)
    }
}
