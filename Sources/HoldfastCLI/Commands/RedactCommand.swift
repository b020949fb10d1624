import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine

/// `holdfast redact JOB ...`.
struct RedactCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "redact",
        abstract: "Take what people and programs gave or said out of jobs that have ended.",
        discussion: """
            Inputs, outputs, results, messages, names, tags, keys, owners and files go. The events stay, with their \
            kinds, moments, actors and hashes, so `holdfast verify` goes on to prove them. A redacted job stays as it \
            is for ever. Jobs that it began, that began it, or that were forked from it hold values of their own: \
            redact them as well.

            Segments of the archive that hold such jobs are written anew without them; a job that is in the log no more \
            is named by its whole id.

            The file is written anew at the end, so that no trace stays in it; whoever writes waits meanwhile, about \
            a second for each 80 MB. Backups and exports that were made before still hold everything.

            EXAMPLES:
              holdfast redact 6f0a1b2c3d4e --reason "request 17 of the person"
              holdfast redact --owner anna --dry-run
              holdfast redact --owner anna --reason "request 17 of the person"
            """)

    @OptionGroup var target: TargetOptions

    @Argument(
        help: ArgumentHelp(
            "The jobs: their ids, or at least 6 digits from their start or end.", valueName: "job"),
        transform: JobReference.init)
    var jobs: [JobReference] = []

    @Option(
        help: "All jobs of this owner; those that have not ended are named, and stay.",
        transform: ValueReading.name)
    var owner: Owner?

    @Flag(help: "Only say which jobs it would be.")
    var dryRun = false

    @Flag(help: "Leave traces in the file for now; the next redaction without it removes them.")
    var keepTraces = false

    @OptionGroup var actor: ActorOptions

    @OptionGroup var json: JSONOption

    func validate() throws {
        guard jobs.isEmpty != (owner == nil) else {
            throw ValidationError("say which jobs: either their ids, or --owner with a name")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        try await target.work(.writing, by: actor.asker, in: surroundings) { target in
            var body = RedactBody(
                owner: owner, reason: actor.reason, isDryRun: dryRun, keepsTraces: keepTraces)
            // A job that is in the log no more is named by its whole id, and may be in the archive.
            var missing: [JobID: any Error] = [:]
            for job in jobs {
                do {
                    body.jobs.append(try await job.find(in: target).id)
                } catch  where ErrorSentences.failure(for: error).code == .noSuchJob {
                    guard let whole = job.part.whole else { throw error }
                    body.jobs.append(whole)
                    missing[whole] = error
                }
            }
            let progress = LookProgress(surroundings, "looking through the archive")
            let report = try await target.redact(body) { events, total in
                if let total, !json.isOn { progress.note(events, of: total) }
            }
            let wrong = report.refused.lazy.compactMap { missing[$0.job] }.first
            // Where nothing was done but to find that out, that is all there is to say.
            if let wrong, report.refused.count == body.jobs.count, report.unread.isEmpty { throw wrong }
            try write(report, in: surroundings)
            if let wrong { throw wrong }
            if let refused = report.refused.first {
                throw CommandFailure(.jobRefused, RedactionText.sentence(of: refused))
            }
            if let unread = report.unread.first { throw CommandFailure(.jobRefused, unread) }
        }
    }

    private func write(_ report: RedactionReport, in surroundings: CommandSurroundings) throws {
        guard !json.isOn else { return try surroundings.output.write(surroundings.json(report.json.text)) }
        for sentence in RedactionText.sentences(of: report) {
            try surroundings.output.writeLine(TerminalText(sentence).text)
        }
    }
}
