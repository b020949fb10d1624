import ArgumentParser
import HoldfastCore
import HoldfastEngine
import HoldfastServer

/// `holdfast token`: makes credentials.
struct TokenCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make an API key or a token for a server with --auth.",
        discussion: """
            Roles add to what everybody may do, which is to enqueue, see and steer jobs of one's own: viewer sees \
            everything, operator also steers every job, admin may do everything.

            EXAMPLES:
              holdfast token key --sub ana --role operator
              holdfast token jwt --sub ana --role viewer --for 1h --secret-file secret.txt
            """,
        subcommands: [TokenKeyCommand.self, TokenJWTCommand.self])
}

/// Whom a credential names, and what its bearer may do.
struct SubjectOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Whom it names; jobs that its bearer enqueues belong to it.", valueName: "name"),
        transform: ValueReading.name)
    var sub: Owner

    @Option(
        help: ArgumentHelp("viewer, operator or admin; may be repeated.", valueName: "role"),
        transform: ValueReading.role)
    var role: [CallerRole] = []
}

extension ValueReading {
    /// Reads a role.
    static func role(_ text: String) throws -> CallerRole {
        guard let role = CallerRole(rawValue: text) else {
            throw ValidationError(
                "a role is one of \(CallerRole.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    /// Reads the origin of a page, as browsers send it.
    static func origin(_ text: String) throws -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty,
            !parts[2].isEmpty, parts[2].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "*") })
        else {
            throw ValidationError(
                "an origin is a scheme, a host and maybe a port, such as https://app.example:8443")
        }
        return text
    }
}

/// `holdfast token key`.
struct TokenKeyCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make an API key; it is shown once.",
        discussion: """
            The server's file gets only the SHA-256 of the key, in the line that is printed below it.

            EXAMPLE:
              holdfast token key --sub ana --role operator --name ana-laptop
            """)

    @OptionGroup var who: SubjectOptions

    @Option(
        help: ArgumentHelp(
            "What the key is called in the file (default: the subject).", valueName: "text"))
    var name: String?

    @OptionGroup var json: JSONOption

    func run(in surroundings: CommandSurroundings) async throws {
        let (text, key) = try APIKey.draw(
            name: name ?? who.sub.rawValue, subject: who.sub, roles: Set(who.role),
            random: surroundings.environment.random)
        guard !json.isOn else {
            let object = JSONWriter.object { writer in
                writer.field("key", text)
                writer.field("entry", key.entry)
            }
            return try surroundings.output.write(surroundings.json(object.text))
        }
        try surroundings.output.writeLine("The key, which is shown this once:\n\n    \(text)\n")
        try surroundings.output.writeLine("Its line for \"api_keys\" in the server's file:\n")
        try surroundings.output.writeLine("    \(TerminalText(key.entry.text))")
    }
}

extension APIKey {
    /// The object that a server's file lists.
    fileprivate var entry: JSONText {
        JSONWriter.object { writer in
            writer.field("name", name)
            writer.field("sha256", sha256)
            writer.field("sub", subject)
            writer.field("roles", roles.map(\.rawValue).sorted())
        }
    }
}

/// `holdfast token jwt`.
struct TokenJWTCommand: SurroundedCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwt",
        abstract: "Make a JSON Web Token, signed with HS256.",
        discussion: """
            The secret is that of "hs256_secret_file" in the server's file. A line end behind it does not count.

            EXAMPLE:
              curl -H "Authorization: Bearer $(holdfast token jwt --sub ana --for 5m --secret-file secret.txt)" \\
                http://127.0.0.1:8080/v1/jobs
            """)

    @OptionGroup var who: SubjectOptions

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long it is good: 5m, 1h, 30d.", valueName: "time"),
        transform: ValueReading.duration)
    var lifetime: Duration

    @Option(help: ArgumentHelp("The file with the secret.", valueName: "file"))
    var secretFile: String

    func run(in surroundings: CommandSurroundings) async throws {
        let secret = try Secret(try PrivateFile(secretFile).secretBytes)
        let token = try await WebToken.sign(
            subject: who.sub, roles: Set(who.role), from: surroundings.now, for: lifetime, with: secret)
        try surroundings.output.writeLine(token)
    }
}
