import ArgumentParser
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What a command works on: a file, or a server.
struct TargetOptions: ParsableArguments {
    /// The environment variable that names a server for all commands.
    static let variable = "HOLDFAST_URL"
    /// The environment variable that says who asks a server.
    static let tokenVariable = "HOLDFAST_TOKEN"

    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp(
            "Work on a server instead of a file (default: $HOLDFAST_URL), such as http://127.0.0.1:8080.",
            valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp(
            "A file with the API key or token for the server (default: what $HOLDFAST_TOKEN holds).",
            valueName: "file"))
    var tokenFile: String?

    func validate() throws {
        if database.given != nil, url != nil {
            throw ValidationError("give either --db for a file or --url for a server, not both")
        }
        if database.given != nil, tokenFile != nil {
            throw ValidationError("--token-file is for a server; a file asks nobody who they are")
        }
    }

    /// Does something with the target.
    ///
    /// - Parameters:
    ///   - purpose: What is wanted from a file; a server decides for itself.
    ///   - asker: Says who asks, for commands that write; a server knows that by the token.
    ///   - surroundings: What the command meets.
    ///   - body: Is given the target, which is closed afterwards.
    /// - Returns: What `body` returned.
    /// - Throws: `CommandFailure` that names the target when it cannot be used, and what `body` throws.
    func work<Result: Sendable>(
        _ purpose: OpenStore.Purpose, by asker: PersonOption? = nil, in surroundings: CommandSurroundings,
        _ body: (any CommandTarget) async throws -> Result
    ) async throws -> Result {
        guard let address = try address(in: surroundings) else {
            let store = OpenStore(path: try database.path(in: surroundings), purpose: purpose)
            let person = asker?.person(in: surroundings) ?? .person(surroundings.person)
            return try await store.withTarget(actor: person, in: surroundings, body)
        }
        if asker?.by != nil {
            throw CommandFailure(
                .usage, "--by goes with --db only: a server knows by the token who asks")
        }
        do {
            return try await body(try target(at: address, in: surroundings))
        } catch let error as ClientError {
            throw ErrorSentences.failure(for: error, at: address)
        }
    }

    /// The file, for commands that look at the machine it is on.
    ///
    /// - Parameters:
    ///   - surroundings: What the command meets.
    ///   - command: The command's name.
    /// - Returns: The path.
    /// - Throws: `CommandFailure` when a server is named.
    func file(in surroundings: CommandSurroundings, for command: String) throws -> String {
        guard let address = try address(in: surroundings) else { return try database.path(in: surroundings) }
        throw CommandFailure(
            .usage,
            "\(command) works on a file, not on the server at \(address); run it on that machine with --db")
    }

    /// The server; nil for a file.
    func address(in surroundings: CommandSurroundings) throws -> String? {
        func set(_ name: String) -> String? {
            surroundings.variable(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        if let url { return url }
        let configured = database.given == nil ? set(Self.variable) : nil
        if configured != nil, set(DatabaseOptions.variable) != nil {
            throw CommandFailure(
                .usage,
                "\(Self.variable) and \(DatabaseOptions.variable) are both set; add --url or --db to say which is meant"
            )
        }
        if configured == nil, tokenFile != nil {
            throw CommandFailure(.usage, "--token-file is for a server; add its --url")
        }
        return configured
    }

    private func target(at address: String, in surroundings: CommandSurroundings) throws -> ServerTarget {
        let environment = surroundings.environment
        let token =
            try tokenFile.map { String(decoding: try PrivateFile($0).secretBytes, as: UTF8.self) }
            ?? surroundings.variable(Self.tokenVariable).flatMap { $0.isEmpty ? nil : $0 }
        if let token, !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            throw CommandFailure(.badValue, "the token has characters that no token has; give one line")
        }
        let client = try HoldfastClient(
            address, credential: token.map { HoldfastClient.Credential($0) },
            environment: ClientEnvironment(
                uptime: { .microseconds(environment.now().microseconds) }, sleep: environment.sleep,
                random: environment.random))
        return ServerTarget(name: address, client: client) { words in
            // Who does not read this gets the events all the same.
            _ = try? surroundings.errors.writeLine(TerminalText("holdfast: \(words)").text)
        }
    }
}
