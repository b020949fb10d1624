import ArgumentParser
import HoldfastEngine
import HoldfastServer
import Logging
import ServiceLifecycle

/// `holdfast open COPY --read-only`.
struct OpenCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Look at a copy of a database over HTTP, without changing a byte of it.",
        discussion: """
            The whole API answers as `holdfast serve` does: histories, streams, artifacts, and the commands that read \
            with --url. No job is run, and every request that would change something is refused with 403 and the \
            problem read-only. Nothing is written to the file or beside it, so the copy may lie on a medium or in a \
            folder that cannot be written.

            It is for copies that nobody writes to, such as one that `holdfast backup` made. A copy that was made with \
            `cp` needs its -wal beside it, and then a folder that can be written.

            EXAMPLES:
              holdfast open jobs-monday.db --read-only
              holdfast open /mnt/case-4711/jobs.db --read-only --port 9000
              holdfast jobs --state failed --url http://127.0.0.1:9000
            """)

    @Argument(help: "The copy.")
    var copy: String

    @Flag(help: "Change nothing; there is no other way to open a copy, and saying so is a matter of clarity.")
    var readOnly = false

    @OptionGroup var serving: ServingOptions

    func validate() throws {
        if copy.isEmpty { throw ValidationError("COPY is the path of a file") }
    }

    func run(in surroundings: CommandSurroundings) async throws {
        let logger = surroundings.logger(level: serving.logLevel)
        OpenFileLimit.raise()
        let listening = try serving.listening(logger)
        let store = OpenStore(path: copy, purpose: .readingCopy, checksOnOpen: serving.check)
        let metrics = PrometheusMetrics()
        var engineConfiguration = EngineConfiguration(workerName: WorkerName.current())
        engineConfiguration.metrics = metrics
        try await store.withEngine(engineConfiguration, logger: logger, in: surroundings) { engine in
            let server = try JobServer(
                engine: engine, configuration: listening, metrics: metrics, logger: logger
            ) { port in
                let what = "\(TerminalText(copy)), for reading only,"
                await serving.announce(what, port: port, logger, in: surroundings)
            }
            try await ServiceGroup.run([server], handlesSignals: surroundings.handlesSignals, logger: logger)
        }
    }
}
