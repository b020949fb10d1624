import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs command lines.
public enum HoldfastProgram {
    /// The widest help page; longer lines are hard to read.
    private static let widestHelp = 100

    /// Runs the command line of the process and ends the process with the exit code of the command.
    public static func main() async -> Never { await main(Array(CommandLine.arguments.dropFirst())) }

    /// Runs a command line in this process and ends the process with the exit code of the command.
    ///
    /// - Parameter arguments: What follows the name of the program.
    package static func main(_ arguments: [String]) async -> Never {
        occupyStandardStreams()
        let code = await run(arguments, in: .process())
        exit(code.rawValue)
    }

    /// Gives closed standard streams to `/dev/null`: else the next file or socket that is opened would get their number,
    /// and what is printed would go there.
    private static func occupyStandardStreams() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1
        {
            // The lowest free number is the one that was found closed.
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Runs a command line.
    ///
    /// - Parameters:
    ///   - arguments: What follows the name of the program.
    ///   - surroundings: Where to write, among others.
    /// - Returns: The exit code. What went wrong was told in one line on `surroundings.errors`.
    static func run(_ arguments: [String], in surroundings: CommandSurroundings) async -> CommandExitCode {
        do {
            try await perform(arguments, in: surroundings)
            try surroundings.output.flush()
            return .success
        } catch OutputError.closedPipe {
            // The reader has seen enough, which is no failure.
            return .success
        } catch {
            let failure = ErrorSentences.failure(for: error)
            do {
                // Where the output itself fails, that is what the sentence is about.
                if !(error is OutputError) { try surroundings.output.flush() }
                guard !failure.sentence.isEmpty else { return failure.code }
                try surroundings.errors.writeLine(TerminalText("holdfast: \(failure.sentence)").text)
                try surroundings.errors.flush()
            } catch {
                // Nobody reads any more; the exit code still tells.
            }
            return failure.code
        }
    }

    private static func perform(_ arguments: [String], in surroundings: CommandSurroundings) async throws {
        let command: any ParsableCommand
        do {
            command = try CommandLineTool.parseAsRoot(arguments)
        } catch {
            return try answer(error, to: arguments, in: surroundings)
        }
        if let command = command as? any ReadingCommand {
            return try await perform(command, in: surroundings)
        }
        if let command = command as? any SurroundedCommand { return try await command.run(in: surroundings) }
        do {
            // The root alone, or one of the parser's own commands: they ask for a page of help by throwing.
            var command = command
            try command.run()
        } catch {
            try answer(error, to: arguments, in: surroundings)
        }
    }

    /// Runs a command that reads, with colours and a pager as its options and the environment say.
    private static func perform(
        _ command: any ReadingCommand, in surroundings: CommandSurroundings
    ) async throws {
        let printing = command.json.printing
        let isPaged = command.isPaged && !printing.noPager && surroundings.outputStyle().redraws
        let pager =
            isPaged
            ? Pager(variable: surroundings.variable, ignoresInterrupts: surroundings.handlesSignals) : nil
        defer { pager?.finish() }
        let output = surroundings.printing(printing, through: pager)
        do {
            try await command.run(in: output)
        } catch {
            // What was printed before comes first.
            if !(error is OutputError) { try output.output.flush() }
            throw error
        }
        try output.output.flush()
    }

    /// Prints what a request for help or the version stands for, or says what is wrong with the command line.
    private static func answer(
        _ error: any Error, to arguments: [String], in surroundings: CommandSurroundings
    ) throws {
        guard CommandLineTool.exitCode(for: error).isSuccess else {
            let message = CommandLineTool.message(for: error).split(whereSeparator: \.isNewline)
                .joined(separator: " ")
            let sentence = message.hasSuffix(".") ? String(message.dropLast()) : message
            throw CommandFailure(.usage, "\(sentence); see `\(helpRequest(for: arguments))`")
        }
        let columns = min(surroundings.outputStyle().width ?? 80, widestHelp)
        try surroundings.output.writeLine(CommandLineTool.fullMessage(for: error, columns: columns))
    }

    private static func helpRequest(for arguments: [String]) -> String {
        let names = CommandLineTool.configuration.subcommands.compactMap { $0.configuration.commandName }
        let command = arguments.first.map { names.contains($0) ? " \($0)" : "" } ?? ""
        return "\(CommandLineTool.name)\(command) --help"
    }
}
