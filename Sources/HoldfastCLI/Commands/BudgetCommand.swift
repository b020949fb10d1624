import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// `holdfast budget JOB`.
struct BudgetCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget",
        abstract: "Show what a job has spent, or let it spend more.",
        discussion: """
            A job with a budget warns at 80 % of its limit, and is paused or fails when the limit is reached. With \
            --limit the limit is raised; a job that was paused stays paused until `holdfast resume`, or goes on at \
            once with --resume.

            EXAMPLES:
              holdfast budget 6f0a1b2c3d4e
              holdfast budget 6f0a1b2c3d4e --limit 10 --resume --reason "worth it"
            """)

    @OptionGroup var options: SteerOptions

    @Option(
        help: ArgumentHelp("The new limit, in the unit of the job's budget.", valueName: "amount"),
        transform: ValueReading.cost)
    var limit: CostAmount?

    @Flag(help: "Let the job go on if it is paused.")
    var resume = false

    func validate() throws {
        if limit == nil, resume || !options.actor.isEmpty {
            throw ValidationError(
                "--resume, --reason and --by need a --limit; `holdfast resume` lets a job go on")
        }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let job = try await changed(in: surroundings)
        guard !options.json.isOn else {
            return try surroundings.output.write(surroundings.json(JobStateCodec.encode(job).text))
        }
        let costs = job.costs.words.map { "has spent \($0)" } ?? "has spent nothing and has no budget"
        try surroundings.output.writeLine(
            TerminalText("Job \(job.id) is \(job.phase.name.rawValue) and \(costs)").text)
    }

    private func changed(in surroundings: CommandSurroundings) async throws -> JobState {
        guard let limit else {
            return try await options.target.work(.reading, in: surroundings) {
                try await options.argument.job.find(in: $0)
            }
        }
        let body = BudgetBody(limit: limit, resumes: resume, reason: options.reason)
        return try await options.withJob(in: surroundings) { try await $0.raiseBudget(of: $1, body) }
    }
}
