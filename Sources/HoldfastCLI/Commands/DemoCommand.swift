import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import InventoryExample
import Logging
import ServiceLifecycle

/// `holdfast demo`.
struct DemoCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch a long job run; kill it, start it again, and it goes on where it was.",
        discussion: """
            The job takes stock of a directory tree: it hashes every file in chunks of 200, and each chunk is a \
            durable step. The result is a manifest, one JSON line a file. Engine and server run in this process, so \
            the job can be watched over HTTP as well; the curl line is printed. Run the same command again after a \
            crash or Ctrl-C, and the job continues.

            EXAMPLES:
              holdfast demo --dir /usr
              holdfast demo --dir ~/Pictures --db pictures.db --port 9000

            The exit code is 0 when the manifest is complete.
            """)

    @OptionGroup var database: DatabaseOptions

    @Option(help: ArgumentHelp("The directory to take stock of.", valueName: "directory"))
    var dir = "/usr"

    @Option(
        help: ArgumentHelp(
            "The manifest (default: beside the database, NAME-manifest.jsonl).", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("The port to listen on; 0 for any free one (default: 8080).", valueName: "number"),
        transform: ValueReading.port)
    var port: Int?

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let plan = try DemoPlan(database: path, directory: dir, output: output)
        let logged = LoggedLines()
        let ending = DemoEnding()
        let logger = Logger(label: CommandLineTool.name) { _ in
            LogLineHandler(level: .notice) {
                surroundings.time.short(surroundings.now.microseconds, now: surroundings.now.microseconds)
            } write: {
                logged.add($0)
            }
        }
        let configuration = EngineConfiguration(workerName: WorkerName.current())
        try await OpenStore(path: path, purpose: .creating).withEngine(
            configuration, logger: logger, in: surroundings
        ) {
            engine in
            engine.register(InventoryHandler(), on: InventoryJob.queue, concurrency: 1)
            let (ports, opened) = AsyncStream<Int>.makeStream()
            let listening = JobServerConfiguration(port: port ?? 8_080)
            let service = try EngineService(engine, listening: listening, logger: logger) { opened.yield($0) }
            let viewer = DemoViewer(
                engine, plan, ports: ports, logged: logged, ending: ending, in: surroundings)
            try await ServiceGroup.run(
                [service, viewer], handlesSignals: surroundings.handlesSignals, logger: logger)
        }
        for line in logged.take() { try surroundings.errors.writeLine(line) }
        if let failure = ending.failure(database: path) { throw failure }
    }
}
