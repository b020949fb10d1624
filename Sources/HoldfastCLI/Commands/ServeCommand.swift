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
              curl -N http://127.0.0.1:8080/v1/jobs/ID/stream
              curl http://127.0.0.1:8080/metrics
              holdfast serve --tls-cert chain.pem --tls-key key.pem

            Without --auth nobody has to log in, so other addresses than loopback are refused unless you say \
            --insecure. `holdfast token` makes the keys that the file of --auth lists.
            """)

    @OptionGroup var database: DatabaseOptions

    @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(
        help: ArgumentHelp("The port to listen on; 0 for any free one (default: 8080).", valueName: "number"),
        transform: ValueReading.port)
    var port: Int?

    @Option(
        help: ArgumentHelp(
            "Let in only who is listed in a file of JSON: API keys, secrets, key sets.", valueName: "file"))
    var auth: String?

    @Option(
        help: ArgumentHelp(
            "Let pages of another origin use the server; may be repeated.", valueName: "origin"),
        transform: ValueReading.origin)
    var cors: [String] = []

    @Option(
        help: ArgumentHelp(
            "Answer to a name beside the loopback names and --host, such as a proxy's; may be repeated.",
            valueName: "name"))
    var hostName: [String] = []

    @Flag(help: "Listen on any address although nobody has to say who they are.")
    var insecure = false

    @OptionGroup(title: "Encryption") var encryption: TLSOptions

    @Flag(
        inversion: .prefixedNo,
        help: "Look through the database for damage first, about a second for each GiB.")
    var check = true

    @Option(
        help: ArgumentHelp(
            "The least serious lines to log: trace, debug, info, notice, warning or error.",
            valueName: "level"), transform: Self.level)
    var logLevel = Logger.Level.info

    func run(in surroundings: CommandSurroundings) async throws {
        let path = try database.path(in: surroundings)
        let logger = surroundings.logger(level: logLevel)
        OpenFileLimit.raise()
        let tls = encryption.files
        var listening = JobServerConfiguration(host: host, port: port ?? 8_080, insecure: insecure, tls: tls)
        if let auth { Self.protect(&listening, with: try AuthFile(auth), logger) }
        listening.access.allowedOrigins = Set(cors)
        listening.hostNames = Set(hostName)
        let store = OpenStore(path: path, purpose: .creating, checksOnOpen: check)
        let metrics = PrometheusMetrics()
        var engineConfiguration = EngineConfiguration(workerName: WorkerName.current())
        engineConfiguration.metrics = metrics
        try await store.withEngine(engineConfiguration, logger: logger, in: surroundings) { engine in
            engine.register(InventoryHandler(), on: .default, concurrency: 4)
            engine.register(PublishHandler(), on: .default, concurrency: 4)
            let service = try EngineService(
                engine, listening: listening, metrics: metrics, logger: logger
            ) { port in
                let url = ValueReading.url(host: host, port: port, isEncrypted: tls != nil)
                do {
                    try await surroundings.output.send(
                        "Serving \(TerminalText(path)) on \(url) (Ctrl-C stops it)\n")
                } catch {
                    logger.warning("Standard output cannot be written", metadata: ["error": "\(error)"])
                }
            }
            try await ServiceGroup.run([service], handlesSignals: surroundings.handlesSignals, logger: logger)
        }
    }

    private static func protect(
        _ listening: inout JobServerConfiguration, with file: AuthFile, _ logger: Logger
    ) {
        listening.access = file.access
        listening.accessLogLevel = .info
        for path in file.openFiles {
            logger.warning(
                "A file with secrets can be read by others than its owner: chmod 600 it",
                metadata: ["file": "\(TerminalText(path))"])
        }
        if file.access.authentication?.sessionKey == nil {
            logger.info("Sessions and stream tokens end with the process: no session_key_file is given")
        }
    }

    private static func level(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            throw ValidationError(
                "a level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return level
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
