import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// `holdfast tail [JOB]`.
struct TailCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follow the events of a job, or of all jobs, as they happen.",
        discussion: """
            The tail of one job ends after the event that ends the job. Ctrl-C ends it at any time. Each line names a \
            position; --after that position goes on exactly behind it.

            EXAMPLES:
              holdfast tail 6f0a1b2c3d4e
              holdfast tail 6f0a1b2c3d4e --from start --json
              holdfast tail --from now
              holdfast tail 6f0a1b2c3d4e --after 1042
            """)

    @OptionGroup var target: TargetOptions

    @Argument(
        help: "The job: its id, or at least 6 digits from its start or end; all jobs when none is named.",
        transform: JobReference.init)
    var job: JobReference?

    @Option(
        help: ArgumentHelp("Begin with the first event after this position.", valueName: "position"),
        transform: ValueReading.position)
    var after: EventLogPosition?

    @Option(
        help: ArgumentHelp("Begin at: start, now or last:N (default: last:10).", valueName: "place"),
        transform: Self.start)
    var from: StreamStart?

    @OptionGroup var json: ReadingOptions

    var isPaged: Bool { false }

    func validate() throws {
        if after != nil, from != nil { throw ValidationError("give either --after or --from, not both") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let start = after.map(StreamStart.after) ?? from ?? .last(10)
        let writer = EventWriter(surroundings, isJSON: json.isOn, showsJob: job == nil)
        try await target.work(.writing, in: surroundings) { target in
            let job = try await job?.find(in: target).id
            try await Interruption.watch(surroundings) {
                try await target.follow(job, from: start) { events in
                    try await surroundings.output.send(writer.text(of: events))
                }
            }
        }
    }

    private static func start(_ text: String) throws -> StreamStart {
        do {
            return try StreamStart(from: text)
        } catch {
            throw ValidationError("it is start, now or last:N with N from 1 to \(StreamStart.longestLast)")
        }
    }
}
