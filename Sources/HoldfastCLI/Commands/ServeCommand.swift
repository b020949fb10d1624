import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import InventoryExample
import Logging
import PublishingExample
import ServiceLifecycle

/// `holdfast serve`.
struct ServeCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run jobs, and answer HTTP.",
        discussion: """
            The database is made if it is missing. Two kinds of jobs are run: inventory writes a manifest of a \
            directory tree, with the SHA-256 of every file; publish writes a page once a person has approved it. \
            SIGTERM and Ctrl-C stop it within 5 seconds; jobs that were running go on behind their last recorded \
            step, wherever the database is opened next. Jobs of the queue default are run.

            EXAMPLES:
              holdfast serve
              holdfast serve --db /var/lib/holdfast/jobs.db --port 9000
              holdfast serve --auth auth.json --cors https://app.example
              holdfast serve --retain older-than=90d --retain kind=import,keep-bytes=2G
              curl -N http://127.0.0.1:8080/v1/jobs/ID/stream
              curl http://127.0.0.1:8080/metrics
              holdfast serve --tls-cert chain.pem --tls-key key.pem

            Without --auth nobody has to log in, so other addresses than loopback are refused unless you say \
            --insecure. `holdfast token` makes the keys that the file of --auth lists.
            """)

    @OptionGroup var database: DatabaseOptions

    @OptionGroup var serving: ServingOptions

    @OptionGroup(title: "Retention") var retention: RetentionPolicyOptions

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let logger = surroundings.logger(level: serving.logLevel)
        OpenFileLimit.raise()
        let listening = try serving.listening(logger)
        let store = OpenStore(path: path, purpose: .creating, checksOnOpen: serving.check)
        let metrics = PrometheusMetrics()
        var engineConfiguration = EngineConfiguration(workerName: WorkerName.current())
        engineConfiguration.metrics = metrics
        engineConfiguration.retention = retention.policy
        try await store.withEngine(engineConfiguration, logger: logger, in: surroundings) { engine in
            engine.register(InventoryHandler(), on: .default, concurrency: 4)
            engine.register(PublishHandler(), on: .default, concurrency: 4)
            let service = try EngineService(
                engine, listening: listening, metrics: metrics, logger: logger
            ) { port in
                await serving.announce("\(TerminalText(path))", port: port, logger, in: surroundings)
            }
            try await ServiceGroup.run([service], handlesSignals: surroundings.handlesSignals, logger: logger)
        }
    }
}

extension CommandSurroundings {
    /// A logger that writes to standard error.
    func logger(level: Logger.Level) -> Logger {
        Logger(label: CommandLineTool.name) { _ in
            LogLineHandler(level: level) {
                time.full(environment.now().microseconds)
            } write: { line in
                do {
                    try errors.writeLine(line)
                    try errors.flush()
                } catch {
                    // Where logs cannot be written there is no place to say so, and serving goes on.
                }
            }
        }
    }
}
