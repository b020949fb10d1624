import ArgumentParser

/// Which file a command works on.
struct DatabaseOptions: ParsableArguments {
    /// The file where nothing is said.
    static let standardPath = "holdfast.db"
    /// The environment variable that names a file for all commands.
    static let variable = "HOLDFAST_DB"

    @Option(
        name: .customLong("db"),
        help: ArgumentHelp("The database file (default: $HOLDFAST_DB, else holdfast.db).", valueName: "path"))
    var given: String?

    /// The file: as given, else by the environment, else the standard one.
    func path(in surroundings: CommandSurroundings) throws -> String {
        let configured = surroundings.variable(Self.variable).flatMap { $0.isEmpty ? nil : $0 }
        let path = given ?? configured ?? Self.standardPath
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw CommandFailure(.usage, "--db needs the path of a file")
        }
        return path
    }
}

/// Whether a command that reads prints JSON.
struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON, for programs.")
    var isOn = false
}
