import ArgumentParser
import HoldfastCore

/// `holdfast export JOB`.
struct ExportCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a job with its whole history into a file.",
        discussion: """
            The file is lossless: every event with its hashes, the large values, and the files that the job keeps. A \
            line is one event, as `holdfast history --json` prints it with more behind it; the last line finds a file \
            that was cut or changed. `holdfast import` takes it over into another log, `holdfast replay` folds it.

            EXAMPLES:
              holdfast export 6f0a1b2c3d4e -o job.ndjson
              holdfast export 6f0a1b2c3d4e --no-artifacts | gzip > job.ndjson.gz
              holdfast export 6f0a1b2c3d4e --url https://jobs.example.com | holdfast import - --db case.db
            """)

    @OptionGroup var target: TargetOptions
    @OptionGroup var argument: JobArgument

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write; a file that is there is replaced, and only you can read it. - is standard output.",
            valueName: "file|-"))
    var output = "-"

    @Flag(inversion: .prefixedNo, help: "Write the bytes of the files that the job keeps as well.")
    var artifacts = true

    func validate() throws {
        if output.isEmpty { throw ValidationError("--output needs the path of a file, or -") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        guard output != "-" || !surroundings.outputStyle().isTerminal else {
            throw CommandFailure(.usage, "an export is not for a terminal; add -o FILE, or a pipe")
        }
        try await target.work(.reading, in: surroundings) { target in
            let job = try await argument.job.find(in: target).id
            guard output != "-" else {
                return try await target.readExport(of: job, withArtifacts: artifacts) {
                    try surroundings.output.write(bytes: $0)
                }
            }
            try await WholeFile.write(to: output) { write in
                try await target.readExport(of: job, withArtifacts: artifacts, write)
            }
        }
    }
}
