import ArgumentParser
import HoldfastCore
import HoldfastEngine

/// `holdfast diff A [B]`.
struct DiffCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two runs: where they part, and what took how long and cost how much.",
        discussion: """
            Steps are found in both by name and occurrence, and compared by their results; times and costs stand side by \
            side. A job that was made from another one by `holdfast fork` is compared with that one when no second job \
            is given. With --exit-code the command ends with 1 when the runs differ in anything but times.

            EXAMPLES:
              holdfast diff 6f0a1b2c3d4e 0c1d2e3f4a5b
              holdfast diff 0c1d2e3f4a5b --json | jq .first_divergence
              holdfast diff 6f0a1b2c3d4e 0c1d2e3f4a5b --exit-code
            """)

    @OptionGroup var target: TargetOptions

    @Argument(
        help: ArgumentHelp(
            "The first job; or a fork, to be compared with its parent.", valueName: "job"),
        transform: JobReference.init)
    var first: JobReference

    @Argument(
        help: ArgumentHelp("The second job.", valueName: "other-job"), transform: JobReference.init)
    var second: JobReference?

    @Option(
        help: ArgumentHelp(
            "How many steps to list, those that differ first (default: 50).", valueName: "count"),
        transform: ValueReading.count)
    var steps: Int?

    @Flag(help: "End with 1 when the runs differ.")
    var exitCode = false

    @OptionGroup var json: ReadingOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let comparison = try await target.work(.reading, in: surroundings) { target in
            let (a, b) = try await jobs(in: target)
            return try await target.compare(a, with: b, rows: min(steps ?? 50, 1_000))
        }
        if json.isOn {
            try surroundings.output.write(surroundings.json(comparison.json.text))
        } else {
            let style = surroundings.outputStyle()
            let text = ComparisonText(
                text: JobStateText(time: surroundings.time, now: surroundings.now), comparison: comparison,
                width: style.width)
            for line in text.lines { try surroundings.output.writeLine(style.render(line)) }
        }
        // What differs was said.
        if exitCode, !comparison.isSame { throw CommandFailure(.jobRefused, "") }
    }

    /// The two jobs, the older run first.
    private func jobs(in target: some ReadingTarget) async throws -> (JobID, JobID) {
        let job = try await first.find(in: target)
        if let second { return (job.id, try await second.find(in: target).id) }
        guard let parent = job.origin.fork?.job else {
            throw CommandFailure(
                .usage, "job \(job.id) was not made from another one; name the job to compare it with")
        }
        return (parent, job.id)
    }
}
