import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore
import HoldfastTesting
import Logging
import Testing

@testable import HoldfastCLI

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A folder, a clock that stands still and a person, in which a test runs commands within its own process.
final class CommandDesk: Sendable {
    let folder: String
    let clock = ManualClock()
    private let random = SeededRandom(seed: 1).source()

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/holdfast-cli-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The database that commands without `--db` use.
    var database: String { file("jobs.db") }

    /// A path in the folder.
    func file(_ name: String) -> String { folder + "/" + name }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// What a command printed and how it ended.
    struct Outcome: Sendable {
        let code: CommandExitCode
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs a command line.
    ///
    /// The terminal is `columns` wide, and a pipe when that is nil; `input` stands on standard input.
    @discardableResult
    func run(_ arguments: String..., columns: Int? = nil, input: String = "") async throws -> Outcome {
        try await run(arguments, columns: columns, input: input)
    }

    /// Runs a command line.
    ///
    /// `variables` are those of the environment, `person` is who is logged in, and `sheet` is printed on, for tests that
    /// look at it meanwhile.
    func run(
        _ arguments: [String], columns: Int? = nil, input: String = "", person: String = "ana",
        variables: [String: String]? = nil, on sheet: Sheet? = nil
    ) async throws -> Outcome {
        let (output, errors) = (try sheet ?? Sheet(in: folder), try Sheet(in: folder))
        let reading = open(try write(input, to: "input-\(UUID().uuidString)"), O_RDONLY)
        try #require(reading >= 0)
        defer { close(reading) }
        let style =
            columns.map {
                OutputStyle(
                    isTerminal: true, usesColor: false, redraws: true,
                    size: TerminalSize(columns: $0, rows: 24))
            } ?? .plain
        let surroundings = CommandSurroundings(
            output: StandardOutput(fileDescriptor: output.descriptor),
            errors: StandardOutput(fileDescriptor: errors.descriptor, capacity: 1),
            outputStyle: { style }, input: reading,
            variable: { [database] in (variables ?? ["HOLDFAST_DB": database])[$0] },
            environment: environment, time: LocalTime(zone: .fixed(secondsFromUTC: 0)), person: person,
            handlesSignals: false)
        let code = await HoldfastProgram.run(arguments, in: surroundings)
        return Outcome(code: code, output: try output.text(), errors: try errors.text())
    }

    /// What `body` prints where the output is a terminal of so many columns, or a pipe when that is nil.
    func printed(columns: Int?, _ body: (CommandSurroundings) throws -> Void) throws -> String {
        let sheet = try Sheet(in: folder)
        let output = StandardOutput(fileDescriptor: sheet.descriptor, capacity: 1)
        let style =
            columns.map {
                OutputStyle(
                    isTerminal: true, usesColor: false, redraws: true,
                    size: TerminalSize(columns: $0, rows: 24))
            } ?? .plain
        try body(
            CommandSurroundings(
                output: output, errors: output, outputStyle: { style }, input: -1, variable: { _ in nil },
                environment: environment, time: LocalTime(zone: .fixed(secondsFromUTC: 0)), person: "ana",
                handlesSignals: false))
        return try sheet.text()
    }

    var environment: EngineEnvironment {
        EngineEnvironment(
            now: { [clock] in clock.timestamp },
            sleep: { [clock] in try await clock.wait(until: clock.timestamp + $0) },
            random: random)
    }

    /// Opens the log as a worker of another process would, and gives it to a body.
    func withEngine<Result>(_ body: (JobEngine) async throws -> Result) async throws -> Result {
        let engine = try JobEngine(
            try SQLiteStore(path: database), environment: environment,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        return try await engine.closing(after: body)
    }
}

/// A file that takes what a command prints.
final class Sheet: Sendable {
    let descriptor: Int32
    /// Nil for one that nobody can read.
    private let path: String?

    init(in folder: String) throws {
        let path = folder + "/sheet-\(UUID().uuidString)"
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0)
    }

    private init(descriptor: Int32) {
        (self.descriptor, path) = (descriptor, nil)
    }

    /// A pipe whose reader has gone.
    static func withoutReader() throws -> Sheet {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        return Sheet(descriptor: ends[1])
    }

    deinit { close(descriptor) }

    func text() throws -> String {
        guard let path else { return "" }
        return try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
    }
}
