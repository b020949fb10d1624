import ArgumentParser
import HoldfastCore

/// `holdfast doctor`.
struct DoctorCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine a database and the machine it is on, and say what to do.",
        discussion: """
            It looks at the settings of SQLite, damage, permissions, the write-ahead log, the disk, the clock, jobs \
            that do not get further, and whether the rules of retention are kept. Nothing is changed, and a server may have the file open. Every page of the file is \
            read, which takes about a second for each GiB; with --deep every index is compared with its table as well, \
            which takes many times as long.

            The exit code is 1 when a problem was found. With --json a line is one finding.

            EXAMPLES:
              holdfast doctor
              holdfast doctor --deep --db /var/lib/holdfast/jobs.db
              holdfast doctor --json | jq -r 'select(.level != "ok") | .sentence'
            """)

    @OptionGroup var target: TargetOptions

    @Flag(help: "Compare every index with its table as well.")
    var deep = false

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try target.file(in: surroundings, for: "doctor")
        let report = DoctorReport(try await .gather(path, isDeep: deep, in: surroundings))
        if json.isOn {
            for finding in report.json { try surroundings.output.write(surroundings.json(finding.text)) }
        } else {
            let style = surroundings.outputStyle()
            for line in report.lines(width: style.width) {
                try surroundings.output.writeLine(style.render(line))
            }
        }
        // What was found is told already.
        if report.count(.problem) > 0 { throw CommandFailure(.jobRefused, "") }
    }
}
