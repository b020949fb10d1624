import ArgumentParser
import CBenchFloor
import Foundation
import HoldfastCLI

/// Runs commands of `holdfast`, each in a process of its own, as people do.
enum ProductProcess {
    /// Runs a command once.
    ///
    /// - Parameter arguments: What follows `holdfast`.
    /// - Returns: From the start of the process to its end, in milliseconds, and what it printed.
    /// - Throws: `BrokenPromise` when the command fails.
    static func run(_ arguments: [String]) throws -> (milliseconds: Double, output: String) {
        let process = try start(arguments)
        let begun = floor_monotonic_nanoseconds()
        try process.child.run()
        let output = process.output.fileHandleForReading.readDataToEndOfFile()
        process.child.waitUntilExit()
        let milliseconds = Double(floor_monotonic_nanoseconds() - begun) / 1e6
        guard process.child.terminationStatus == 0 else {
            throw BrokenPromise(description: "holdfast \(arguments.joined(separator: " ")) failed")
        }
        return (milliseconds, String(decoding: output, as: UTF8.self))
    }

    /// The median over several runs of a command, in milliseconds.
    static func median(_ arguments: [String], runs: Int = 9) throws -> Double {
        Percentiles(try (0..<runs).map { _ in try run(arguments).milliseconds }).at(0.5)
    }

    /// Runs a command, however long it takes, without keeping a thread from other work.
    ///
    /// - Parameter arguments: What follows `holdfast`.
    /// - Returns: How long the command took, in seconds, and what it printed, which must not be much.
    /// - Throws: `BrokenPromise` when the command fails.
    static func runLong(_ arguments: [String]) async throws -> (seconds: Double, output: String) {
        let (child, output) = try start(arguments)
        let (ends, ended) = AsyncStream<Void>.makeStream()
        child.terminationHandler = { _ in ended.finish() }
        let seconds = try await measure {
            try child.run()
            for await _ in ends {}
        }
        guard child.terminationStatus == 0 else {
            throw BrokenPromise(description: "holdfast \(arguments.joined(separator: " ")) failed")
        }
        return (seconds, String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
    }

    private static func start(_ arguments: [String]) throws -> (child: Process, output: Pipe) {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        child.arguments = ["product"] + arguments
        let output = Pipe()
        child.standardOutput = output
        return (child, output)
    }
}

/// The process of a command.
struct ProductCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "product", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() async throws { await HoldfastProgram.main(arguments) }
}
