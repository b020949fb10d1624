import CBenchFloor
import Foundation
import HoldfastEngine
import HoldfastSQLite
import Logging

/// A folder for databases that are thrown away.
struct BenchFolder: Sendable {
    let path: String

    init(_ path: String) { self.path = path }

    /// Makes the folder, without anything in it.
    func empty() throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A file that does not exist yet.
    func fresh(_ name: String) -> String { "\(path)/\(name)-\(UUID().uuidString.prefix(8)).db" }
}

/// What a scenario measures with.
struct BenchContext: Sendable {
    let folder: BenchFolder
    let seconds: Double
    let report: Report
    /// Where logs that take long to make are kept for the next run; nil for nowhere.
    var keptLogs: String?
    /// How many events the largest log has.
    var largest = 10_000_000

    /// Transactions a second of the raw loop.
    func rawLoop() -> Double { floor_insert_loop(folder.fresh("raw"), min(seconds, 1)) }

    /// Runs `body` between two runs of the raw loop and prints its rate beside them.
    ///
    /// - Parameters:
    ///   - name: What is measured.
    ///   - unit: What is counted.
    ///   - aim: The ratio to the raw loop to reach; nil where none is set.
    ///   - body: Gives a number of things done and the seconds it took.
    /// - Throws: What `body` throws; nothing is printed then.
    func compare(
        _ name: String, unit: String, aim: Double? = nil,
        _ body: () async throws -> (count: Int, seconds: Double)
    ) async throws {
        let before = rawLoop()
        let (count, seconds) = try await body()
        let raw = (before + rawLoop()) / 2
        report.rate(name, Double(count) / seconds, unit: unit, raw: raw, aim: aim, disk: probe())
    }

    /// The median of an fdatasync in microseconds.
    func probe() -> Double { floor_fdatasync("\(folder.path)/probe", 0.2) }

    /// The file of a log that is made up, which must not be changed: one that was kept, or a new one.
    func log(_ made: MadeLog, name: String? = nil) async throws -> String {
        let folder = keptLogs ?? folder.path
        let path = "\(folder)/log-\(made.events)-\(made.jobs)-\(made.longJob).db"
        report.line("", name ?? "\(made.events) events of \(made.jobs) jobs")
        if FileManager.default.fileExists(atPath: path) { return path }
        // Only what is whole gets the name.
        let unfinished = self.folder.fresh("log")
        let seconds = try await measure { try await made.write(to: unfinished) }
        try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        report.line(
            "made by the engine's own writer",
            String(format: "%.0f events/s, %d MiB", Double(made.events) / seconds, size >> 20))
        return path
    }

    /// A copy of a file that nobody has open.
    func copy(of path: String) throws -> String {
        let copy = folder.fresh("copy")
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        return copy
    }

    /// An engine on a new file.
    func engine(_ name: String, _ configure: (inout EngineConfiguration) -> Void = { _ in }) throws
        -> JobEngine
    {
        try BenchContext.engine(at: folder.fresh(name), configure)
    }

    static func engine(
        at path: String, _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> JobEngine {
        var configuration = EngineConfiguration(workerName: "bench")
        configure(&configuration)
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        return try JobEngine(SQLiteStore(path: path), configuration: configuration, logger: logger)
    }

    /// Runs an engine while `body` does its work, then stops it.
    static func whileRunning<Result: Sendable>(
        _ engine: JobEngine, _ body: @Sendable @escaping () async throws -> Result
    ) async throws -> Result {
        let running = Task { try await engine.run() }
        let result = try await body()
        running.cancel()
        _ = await running.result
        await engine.close()
        return result
    }
}

/// Seconds that something takes.
func measure(_ body: () async throws -> Void) async rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await body()
    let (seconds, attoseconds) = (clock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
}
