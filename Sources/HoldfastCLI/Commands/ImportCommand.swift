import ArgumentParser
import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast import FILE`.
struct ImportCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take over a job that was exported from another log.",
        discussion: """
            The file is checked first, then all of it is taken over or nothing. The job keeps its id, and its history \
            stays as it was under new positions. An unfinished job is paused, because it may still run where it comes \
            from; `holdfast resume` lets it go on, and so does --resume at once. A job that is in the log already is \
            refused.

            EXAMPLES:
              holdfast import job.ndjson
              holdfast import job.ndjson --db case-4711.db
              holdfast import 1042-90311.holdfast.gz --job "$JOB" --db case-4711.db
              holdfast import - --resume < job.ndjson.gz
            """)

    @Argument(help: "A file that `holdfast export` or `archive` made; - is standard input.")
    var file: String

    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp("Which job, by its whole id, where the file holds several.", valueName: "id"),
        transform: ValueReading.job)
    var job: JobID?

    @Flag(help: "Let an unfinished job go on here at once.")
    var resume = false

    @OptionGroup var asker: PersonOption
    @OptionGroup var json: JSONOption

    func validate() throws {
        if file.isEmpty { throw ValidationError("FILE is the path of a file, or -") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let source = try ExportInput.source(file, in: surroundings).selecting(job)
        let path = try database.path(in: surroundings)
        // No database is made for what cannot be taken over.
        if !FileManager.default.fileExists(atPath: path) { _ = try await source.check() }
        let store = OpenStore(path: path, purpose: .creating)
        let bar = MovingBar(in: surroundings, isSilent: json.isOn)
        let job = try await store.withEngine(in: surroundings) { engine in
            try await engine.importJob(
                source, resuming: resume, by: asker.person(in: surroundings), progress: bar.show)
        }
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(JobStateCodec.encode(job).text))
        }
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        try surroundings.output.writeLine(
            "Imported job \(job.id): \(job.origin.kind), \(job.phase.name.rawValue)")
        let detail = TerminalText(text.detail(of: job)).text
        if !detail.isEmpty { try surroundings.output.writeLine(detail) }
    }
}
