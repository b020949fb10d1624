import Subprocess

extension BuiltCommand {
    /// Runs a command that prunes, and kills it when the log tells that some jobs are gone: most are not then.
    ///
    /// - Parameters:
    ///   - arguments: What follows the name of the program.
    ///   - database: The file that it works on.
    /// - Returns: How it ended.
    /// - Throws: When no process can be started.
    static func killWhilePruning(_ arguments: [String], _ database: String) async throws -> TerminationStatus
    {
        try await run(arguments) { command in
            _ = try await run(["tail", "--db", database, "--from", "start", "--json"]) { tail in
                for await line in tail.lines where line.contains(#""kind":"engine.pruned""#) { break }
                try tail.terminate()
            }
            try command.kill()
        }.status
    }
}
