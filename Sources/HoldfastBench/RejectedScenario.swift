import CBenchFloor
import Foundation
import HoldfastEngine
import HoldfastServer

/// What it costs to come back to a stream whose filter rejected a million events, beside one that rejected ten.
enum RejectedScenario {
    private static let many = 1_000_000
    private static let path = "/v1/stream?kind=nothing.of.the.kind"

    static func run(_ context: BenchContext) async throws {
        let engine = try context.engine("rejected")
        let job = try await WrittenJob(on: engine)
        var configuration = JobServerConfiguration(port: 0)
        // So that the measurement has to wait less for the cursor.
        configuration.streams.heartbeat = .seconds(1)
        try await BenchServer.run(engine, configuration) { _, port in
            let start = try await job.head()
            let few = try await rejoin(job, port: port, after: 10)
            let much = try await rejoin(job, port: port, after: many)
            let ratio = much.median / few.median
            context.report.line(
                "coming back after \(many) rejected events",
                String(
                    format: "%.2f ms, after 10 of them %.2f ms: %.2f times as long (aim about 1)",
                    much.median,
                    few.median, ratio))
            let away = try milliseconds(port: port, after: start)
            context.report.line(
                "", String(format: "%.0f ms for a reader that was away while they came", away))
            let head = try await job.head()
            guard much.cursor == head else {
                throw BrokenPromise(
                    description: "the cursor \(much.cursor) is not the end of the log, \(head)")
            }
            guard ratio <= 2 else { throw BrokenPromise(description: "coming back takes longer") }
        }
        await engine.close()
    }

    /// Lets events pass a reader, and comes back a number of times with the cursor that it was told.
    private static func rejoin(
        _ job: WrittenJob, port: Int, after count: Int
    ) async throws -> (median: Double, cursor: Int64) {
        let stream = try PatientStream(port: port, path + "&from=now")
        var seen = floor_stream_ids()
        try stream.read(through: "stream.caught_up", &seen)
        try await job.write(count)
        let head = try await job.head()
        // Some signs of life may come while events do.
        while seen.cursor < head { try stream.read(through: "stream.position", &seen) }
        let cursor = seen.cursor
        let times = try (1...101).map { _ in try milliseconds(port: port, after: cursor) }
        return (Percentiles(times).at(0.5), cursor)
    }

    /// How long it takes from asking for the stream to having all of it.
    private static func milliseconds(port: Int, after cursor: Int64) throws -> Double {
        let start = floor_monotonic_nanoseconds()
        var seen = floor_stream_ids()
        try PatientStream(port: port, path, after: cursor).read(through: "stream.caught_up", &seen)
        return Double(floor_monotonic_nanoseconds() - start) / 1e6
    }
}
