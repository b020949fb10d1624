import Foundation
import Subprocess

/// The `holdfast` that was built together with these tests, run as a process of its own.
enum BuiltCommand {
    /// What a command printed and how it ended.
    struct Outcome: Sendable {
        let status: TerminationStatus
        let output: String
        let errors: String

        /// The lines of the output.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String]) async throws -> Outcome {
        try await run("holdfast", arguments, environment)
    }

    /// Runs a command whose output somebody reads only in part.
    ///
    /// - Parameters:
    ///   - arguments: What follows the name of the program.
    ///   - reader: A command of the shell that reads some of it.
    /// - Returns: What the reader printed, and how the command ended, in a last line of the errors: `ended 0`.
    /// - Throws: When no process can be started.
    static func run(_ arguments: [String], readBy reader: String) async throws -> Outcome {
        let script = #"{ holdfast "$@"; echo "ended $?" >&2; } | "# + reader
        return try await run("sh", ["-c", script, "sh"] + arguments, environment)
    }

    /// Runs a script of the shell.
    static func shell(_ script: String, _ arguments: [String]) async throws -> Outcome {
        try await run("sh", ["-c", script, "sh"] + arguments, .inherit)
    }

    private static func run(
        _ program: String, _ arguments: [String], _ environment: Environment
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), environment: environment,
            output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput,
            errors: result.standardError)
    }

    /// Runs a command, and `body` while it runs.
    ///
    /// - Parameters:
    ///   - arguments: What follows the name of the program.
    ///   - program: The name of the program.
    ///   - variables: What it finds in its environment beside what these tests find in theirs.
    ///   - body: Gets the process; the command is expected to end by itself soon after it returned.
    /// - Returns: What `body` returned, and how the command ended.
    /// - Throws: What `body` throws, after the process was killed; or why it could not be started.
    static func run<Result: Sendable>(
        _ arguments: [String], of program: String = "holdfast", _ variables: [String: String] = [:],
        while body: (RunningCommand) async throws -> Result
    ) async throws -> (result: Result, status: TerminationStatus) {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), environment: makeEnvironment(adding: variables),
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            let (lines, printed) = AsyncStream<String>.makeStream()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                // Somebody has to read, else the command waits for room in the pipe.
                group.addTask {
                    for try await line in execution.standardOutput.strings() { printed.yield(line) }
                    printed.finish()
                }
                do {
                    let result = try await body(
                        RunningCommand(lines: lines) { try execution.send(signal: $0) })
                    try await group.waitForAll()
                    return result
                } catch {
                    // A test that failed must not leave a process behind.
                    try? execution.send(signal: .kill)
                    throw error
                }
            }
        }
        let status = result.terminationStatus
        return (result.takeClosureResult(), status)
    }

    /// The search path is the folder of the tests' own executable, where the package's products are.
    private static let environment = makeEnvironment(adding: [:])

    private static func makeEnvironment(adding variables: [String: String]) -> Environment {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let bundle = Bundle.main.bundleURL
        let folders = [
            tests, bundle.path, bundle.deletingLastPathComponent().path,
            ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        var values: [Environment.Key: String?] = ["PATH": folders.joined(separator: ":")]
        for (name, value) in variables { values[Environment.Key(stringLiteral: name)] = value }
        return .inherit.updating(values)
    }
}

/// A command that runs.
struct RunningCommand: Sendable {
    /// What it prints, line by line.
    let lines: AsyncStream<String>
    private let sendSignal: @Sendable (Signal) throws -> Void

    init(lines: AsyncStream<String>, sendSignal: @escaping @Sendable (Signal) throws -> Void) {
        self.lines = lines
        self.sendSignal = sendSignal
    }

    /// Ends it as `kill -9` does.
    func kill() throws { try sendSignal(.kill) }

    /// Asks it to stop.
    func terminate() throws { try sendSignal(.terminate) }
}
