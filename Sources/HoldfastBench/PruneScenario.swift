import CBenchFloor
import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastSQLite
import HoldfastStore

/// Pruning nine tenths of a log of 1,000,000 events, beside a server with work to do and readers of its stream.
enum PruneScenario {
    private static let readers = 8
    private static let limit = 100.0

    static func run(_ context: BenchContext) async throws {
        let made = MadeLog(events: 1_000_000, jobs: 10_000)
        let path = try context.copy(of: try await context.log(made))
        let before = try bytes(of: path)
        let newest = EventQuery(limit: 1, fromEnd: true)
        let end = try SQLiteStore(path: path, mode: .readOnly).openReader().events(newest).events.first?.at
        let moment = (end ?? EngineEnvironment.system.now()) + (.zero - made.span / 10)
        let (seen, outcome) = try await ServerAtWork.run(at: path) { engine, port in
            try await prune(engine, path, endedBefore: moment, port: port)
        }
        let after = try bytes(of: path)
        let longest = Percentiles(seen.writes).at(1)
        context.report.line(
            "prune, beside a server at work",
            String(format: "%lld events in %.1f s", outcome.events, outcome.seconds)
                + String(format: ", %.0f events/s", Double(outcome.events) / outcome.seconds))
        context.report.line(
            "",
            String(
                format: "longest write %.1f ms (aim < %.0f%@)", longest, limit, longest < limit ? "" : " !"))
        context.report.line("", "the server meanwhile: \(seen.text)")
        context.report.line("", "the file: \(before >> 20) MiB before, \(after >> 20) MiB after")
        context.report.line(
            "",
            "\(readers) readers of the stream: \(outcome.delivered) events came, \(outcome.lost) were missed")
        let audit = try SQLiteStore(path: path, mode: .readOnly).audit()
        guard audit.isSound else {
            throw BrokenPromise(description: "not sound: \(audit.findings[0].sentence)")
        }
        guard audit.head.position >= outcome.head else {
            throw BrokenPromise(description: "positions are used again")
        }
        guard outcome.events > 850_000 else { throw BrokenPromise(description: "too little was pruned") }
        guard outcome.lost == 0 else { throw BrokenPromise(description: "readers lost events") }
        guard after < before else { throw BrokenPromise(description: "the file did not get smaller") }
    }

    private struct Outcome: Sendable {
        var seconds: Double
        var events: Int64
        var head: EventLogPosition
        var delivered: Int64
        var lost: Int64
    }

    /// Prunes in a process of its own while readers follow the log.
    private static func prune(
        _ engine: JobEngine, _ path: String, endedBefore moment: Timestamp, port: Int
    ) async throws -> Outcome {
        let head: @Sendable () -> Int64 = { engine.log.feed.head.value }
        let ends = Count()
        let streams = try (0..<readers).map { _ in try LiveReader(port: port, head: head, until: ends) }
        let age = engine.log.now - moment
        let pruned = try await ProductProcess.runLong([
            "prune", "--older-than", "\(age.components.seconds)s", "--reason", "bench", "--json", "--db",
            path,
        ])
        ends.add()
        var (delivered, lost): (Int64, Int64) = (0, 0)
        for stream in streams {
            let seen = await stream.seen()
            delivered += seen.events
            lost += seen.last - seen.first + 1 - seen.events
        }
        let fields = try JSONFields(JSONText(validating: pruned.output))
        return Outcome(
            seconds: pruned.seconds, events: try fields.integer("events") ?? 0,
            head: EventLogPosition(head()), delivered: delivered, lost: lost)
    }

    /// The size of the database and its write-ahead log.
    private static func bytes(of path: String) throws -> Int {
        try [path, path + "-wal"].filter(FileManager.default.fileExists).reduce(0) { sum, file in
            sum + (try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0)
        }
    }
}

/// Follows the stream over all jobs on a thread of its own.
private final class LiveReader: Sendable {
    private let results: AsyncStream<floor_stream_ids>

    /// Begins to read with what is written from now on.
    ///
    /// - Parameters:
    ///   - port: Where the server listens.
    ///   - head: The position of the newest event.
    ///   - ends: Counts once when the reader may stop, at the event that is the newest then.
    /// - Throws: `StreamClientFault` when the stream is not opened.
    init(port: Int, head: @escaping @Sendable () -> Int64, until ends: Count) throws {
        let (results, found) = AsyncStream<floor_stream_ids>.makeStream()
        self.results = results
        let thread = Thread {
            var seen = floor_stream_ids()
            defer {
                found.yield(seen)
                found.finish()
            }
            guard let stream = try? PatientStream(port: port, "/v1/stream?from=now") else { return }
            var isLast = false
            repeat {
                isLast = ends.value > 0
                guard stream.read(upTo: max(head(), seen.last + 1), &seen) else { return }
            } while !isLast
        }
        thread.start()
    }

    /// What it had seen when it stopped.
    func seen() async -> floor_stream_ids { await results.first { _ in true } ?? floor_stream_ids() }
}
