import ArgumentParser
import HoldfastServer
import Logging

/// How a command that answers HTTP listens, and whom it lets in.
struct ServingOptions: ParsableArguments {
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

    /// Puts together how the server listens.
    ///
    /// - Throws: `CommandFailure` when a file that is named cannot be used.
    func listening(_ logger: Logger) throws -> JobServerConfiguration {
        var listening = JobServerConfiguration(
            host: host, port: port ?? 8_080, insecure: insecure, tls: encryption.files)
        if let auth { Self.protect(&listening, with: try AuthFile(auth), logger) }
        listening.access.allowedOrigins = Set(cors)
        listening.hostNames = Set(hostName)
        return listening
    }

    /// Says what is served where; serving goes on when nobody can be told.
    func announce(_ what: String, port: Int, _ logger: Logger, in surroundings: CommandSurroundings) async {
        let url = ValueReading.url(host: host, port: port, isEncrypted: encryption.files != nil)
        do {
            try await surroundings.output.send("Serving \(what) on \(url) (Ctrl-C stops it)\n")
        } catch {
            logger.warning("Standard output cannot be written", metadata: ["error": "\(error)"])
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
