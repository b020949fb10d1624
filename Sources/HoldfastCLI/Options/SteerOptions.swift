import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Names the job that a command is about.
struct JobArgument: ParsableArguments {
    @Argument(
        help: "The job: its id, or at least 6 digits from its start or end.", transform: JobReference.init)
    var job: JobReference
}

/// What the commands that steer a job have in common.
struct SteerOptions: ParsableArguments {
    @OptionGroup var database: DatabaseOptions
    @OptionGroup var argument: JobArgument
    @OptionGroup var actor: ActorOptions
    @OptionGroup var json: JSONOption

    /// Why, in words for people.
    var reason: String? { actor.reason }

    /// Sends the command to the job and prints the job as it is then.
    func run(
        _ command: SteerCommand, in surroundings: CommandSurroundings, _ sentence: (JobState) -> String
    ) async throws {
        let state = try await withJob(in: surroundings) { engine, job, actor in
            try await engine.steer(command, job, by: actor)
        }
        try write(state, in: surroundings, sentence)
    }

    /// Finds the job and does something with it.
    func withJob<Result: Sendable>(
        in surroundings: CommandSurroundings, _ body: (JobEngine, JobID, EventActor) async throws -> Result
    ) async throws -> Result {
        let store = OpenStore(path: try database.path(in: surroundings), purpose: .writing)
        let reference = argument.job
        return try await store.withEngine(in: surroundings) { engine in
            let job = try await engine.log.read { try reference.find($0).id }
            return try await body(engine, job, actor.person(in: surroundings))
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
