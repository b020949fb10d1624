import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// `holdfast artifacts JOB [NAME]`.
struct ArtifactsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts",
        abstract: "List the files that a job keeps, or copy one of them out of the database.",
        discussion: """
            A job's files are there from the moment they were saved: while the job runs, and after it failed. With \
            --output the bytes of one are copied and compared with their SHA-256; a file that is there is replaced \
            once the copy is whole. With --json a line is one file.

            EXAMPLES:
              holdfast artifacts 6f0a1b2c3d4e
              holdfast artifacts 6f0a1b2c3d4e report.pdf --output report.pdf
              holdfast artifacts 6f0a1b2c3d4e src/main.swift --output - | less
            """)

    @OptionGroup var target: TargetOptions

    @Argument(
        help: "The job: its id, or at least 6 digits from its start or end.", transform: JobReference.init)
    var job: JobReference

    @Argument(help: "The name of one of its files.", transform: ValueReading.artifactName)
    var name: ArtifactName?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to copy the bytes to; - is standard output.", valueName: "file|-"))
    var output: String?

    @OptionGroup var json: ReadingOptions

    var isPaged: Bool { output == nil }

    func validate() throws {
        if output != nil, name == nil { throw ValidationError("--output needs the name of one file") }
        if output != nil, json.isOn { throw ValidationError("give either --output or --json, not both") }
        if output == "" { throw ValidationError("--output needs the path of a file, or -") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        try await target.work(.reading, in: surroundings) { target in
            let job = try await job.find(in: target).id
            guard let name else {
                let records = try await target.artifacts(of: job)
                if records.isEmpty, !json.isOn {
                    return try surroundings.output.writeLine("The job keeps no files yet.")
                }
                return try write(records, in: surroundings)
            }
            guard let record = try await target.artifact(name, of: job) else {
                throw CommandFailure(
                    .noSuchFile,
                    "the job keeps no file \(name); `holdfast artifacts \(JobReference.shortText(of: job))` lists those it keeps"
                )
            }
            guard let output else { return try write([record], in: surroundings) }
            let copy = ArtifactCopy(record, of: job, from: target)
            if output == "-" {
                try await copy.write(to: surroundings)
            } else {
                try await copy.write(to: output)
            }
        }
    }

    private func write(_ records: [ArtifactRecord], in surroundings: CommandSurroundings) throws {
        guard !json.isOn else {
            for record in records {
                try surroundings.output.write(surroundings.json(ArtifactDocument.json(of: record).text))
            }
            return
        }
        let style = surroundings.outputStyle()
        let text = JobStateText(time: surroundings.time, now: surroundings.now)
        for line in ArtifactTable(text: text, width: style.width).lines(records) {
            try surroundings.output.writeLine(style.render(line))
        }
    }
}
