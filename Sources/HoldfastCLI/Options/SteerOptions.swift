import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// Names the job that a command is about.
struct JobArgument: ParsableArguments {
    @Argument(
        help: "The job: its id, or at least 6 digits from its start or end.", transform: JobReference.init)
    var job: JobReference
}

/// What the commands that steer a job have in common.
struct SteerOptions: ParsableArguments {
    @OptionGroup var target: TargetOptions
    @OptionGroup var argument: JobArgument
    @OptionGroup var actor: ActorOptions
    @OptionGroup var json: JSONOption

    /// Why, in words for people.
    var reason: String? { actor.reason }

    /// Sends the command to the job and prints the job as it is then.
    func run(
        _ verb: SteerVerb, _ body: SteerBody, in surroundings: CommandSurroundings,
        _ sentence: (JobState) -> String
    ) async throws {
        let state = try await withJob(in: surroundings) { try await $0.steer(verb, $1, body) }
        try write(state, in: surroundings, sentence)
    }

    /// The body of a command that only needs a reason.
    var body: SteerBody { SteerBody(reason: reason) }

    /// Finds the job and does something with it.
    func withJob<Result: Sendable>(
        in surroundings: CommandSurroundings, _ body: (any CommandTarget, JobID) async throws -> Result
    ) async throws -> Result {
        try await target.work(.writing, by: actor.asker, in: surroundings) { target in
            try await body(target, try await argument.job.find(in: target).id)
        }
    }

    /// Prints a job, or a sentence about it.
    func write(
        _ state: JobState, in surroundings: CommandSurroundings, _ sentence: (JobState) -> String
    ) throws {
        guard !json.isOn else {
            return try surroundings.output.write(surroundings.json(JobStateCodec.encode(state).text))
        }
        try surroundings.output.writeLine(TerminalText(sentence(state)).text)
    }
}
