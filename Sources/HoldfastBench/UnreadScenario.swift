import CBenchFloor
import Foundation
import HoldfastEngine
import HoldfastServer

/// A reader that takes nothing while a million events pass: what it costs, when it is closed, and what it has lost.
enum UnreadScenario {
    private static let count = 1_000_000
    /// From here on all that is kept of the log in memory has its full size.
    private static let filled = 250_000
    private static let growthLimit = 16.0

    static func run(_ context: BenchContext) async throws {
        let engine = try context.engine("unread")
        let configuration = JobServerConfiguration(port: 0)
        let job = try await WrittenJob(on: engine)
        try await BenchServer.run(engine, configuration) { server, port in
            let path = "/v1/jobs/\(job.id)/stream"
            let stream = try PatientStream(port: port, path + "?from=start")
            let closed = Task { try await secondsUntilClosed(server) }
            try await job.write(filled)
            let before = ProcessUse.now.residentBytes
            var most = before
            for _ in 0..<(count - filled) / 50_000 {
                try await job.write(50_000)
                most = max(most, ProcessUse.now.residentBytes)
            }
            let seconds = try await closed.value
            let growth = Double(most - before) / 1_048_576
            let last = try await job.head()
            var seen = floor_stream_ids()
            // What the system holds of it for the reader; then the connection ends.
            let isWhole = stream.read(upTo: last, &seen)
            let sent = seen.events
            let resumed = try PatientStream(port: port, path, after: seen.last)
            let isResumed = resumed.read(upTo: last, &seen)
            context.report.line(
                "a reader that takes nothing, \(count) events",
                String(
                    format: "%+.1f MiB from %d events on (aim <= %.0f), %.0f MiB in all", growth, filled,
                    growthLimit, Double(most) / 1_048_576))
            let limit = configuration.streams.stallLimit / .seconds(1)
            context.report.line(
                "",
                String(format: "closed after %.1f s (limit %.0f and a quarter), ", seconds, limit)
                    + "\(sent) events were on their way, \(seen.events) of \(last) arrived after it came back"
            )
            guard growth <= growthLimit else { throw BrokenPromise(description: "the memory is not flat") }
            guard seconds <= limit * 1.25 + 1 else {
                throw BrokenPromise(description: "the reader was not closed in time")
            }
            guard !isWhole, isResumed, seen.events == last, seen.first == 1, seen.jumps == 0 else {
                throw BrokenPromise(description: "the reader lost events: \(seen)")
            }
        }
        await engine.close()
    }

    private static func secondsUntilClosed(_ server: JobServer) async throws -> Double {
        try await measure {
            while server.streams.count > 0 { try await ContinuousClock().sleep(for: .milliseconds(50)) }
        }
    }
}
