import CBenchFloor
import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastServer
import HoldfastStore

/// What event streams deliver, how fast, and what an open one costs.
///
/// The readers are a process of their own.
enum StreamScenario {
    private static let readers = 1000

    static func run(_ context: BenchContext) async throws {
        try await latency(context, readers: 1, rate: 1000, events: 3000, aim: "p50 <= 0.4 ms")
        let floor = try await StreamClient.floor(
            context, readers: readers, rate: 100, events: 300, bytes: 300)
        context.report.line("floor in C, \(readers) readers, 100 events/s", floor.delays)
        try await latency(
            context, readers: readers, rate: 100, events: 500,
            aim: String(format: "p99 <= %.1f ms, twice the floor", 2 * floor.p99))
        try await fullSpeed(context)
        try await replay(context, readers: 1, aim: "400,000")
        try await replay(context, readers: 100, aim: "1,000,000")
        try await IdleStreams.run(context)
    }

    /// Events at a rate: from the call that records one to its arrival, the durable commit included.
    private static func latency(
        _ context: BenchContext, readers: Int, rate: Double, events: Int, aim: String
    ) async throws {
        try await StreamBench.run(context) { bench in
            let before = ProcessTime.now
            let seen = try await bench.read(readers, events: events, "from=now") {
                try await bench.emit(events, rate: rate)
            }
            let cores = (ProcessTime.now - before) / (Double(events) / rate)
            context.report.line(
                "\(readers) readers, \(Int(rate)) events/s of 300 bytes",
                "\(seen.delays) (aim \(aim)), \(percent(cores)) of a core, "
                    + "\(seen.events) of \(readers * events) delivered")
        }
    }

    private static func fullSpeed(_ context: BenchContext) async throws {
        let events = Int(4000 * context.seconds)
        try await StreamBench.run(context) { bench in
            let seen = try await bench.read(readers, events: events, "from=now") {
                try await bench.emit(events, rate: nil, atOnce: 16)
            }
            context.report.line(
                "\(readers) readers, full speed",
                "\(grouped(seen.rate)) deliveries/s (aim 1,000,000), "
                    + "\(seen.events) of \(readers * events) delivered")
        }
    }

    private static func replay(_ context: BenchContext, readers: Int, aim: String) async throws {
        let events = 10_000
        try await StreamBench.run(context) { bench in
            try await bench.emit(events, rate: nil, atOnce: 64)
            let clock = ContinuousClock()
            let start = clock.now
            let seen = try await bench.read(readers, events: events, "from=start") {}
            let seconds = (clock.now - start) / .seconds(1)
            context.report.line(
                "replay of \(events) events for \(readers)",
                "\(grouped(seen.rate)) events/s (aim \(aim)), "
                    + String(format: "%.2f s with the start of the process", seconds))
        }
    }

    private static func percent(_ part: Double) -> String { String(format: "%.0f %%", part * 100) }

    private static func grouped(_ number: Double) -> String {
        let formatter = NumberFormatter()
        formatter.numberStyle = .decimal
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.usesGroupingSeparator = true
        formatter.maximumFractionDigits = 0
        return formatter.string(from: NSNumber(value: number)) ?? "\(number)"
    }
}

/// An engine with a server, and one job that emits what a scenario asks for.
struct StreamBench: Sendable {
    private let engine: JobEngine
    private let context: JobContext
    private let port: Int

    static func run(
        _ bench: BenchContext, _ body: @Sendable @escaping (StreamBench) async throws -> Void
    ) async throws {
        let engine = try bench.engine("streams")
        let (done, finish) = AsyncStream<Void>.makeStream()
        engine.register(
            EmittingHandler { context in
                try await BenchServer.run(engine) { _, port in
                    try await body(StreamBench(engine: engine, context: context, port: port))
                }
                finish.finish()
            })
        _ = try await BenchContext.whileRunning(engine) {
            let handle = try await engine.enqueue(EmittingJob())
            for await _ in done {}
            _ = try? await handle.cancel(by: "bench")
        }
    }

    /// Records events of 300 bytes, so many a second, or as fast as it goes.
    func emit(_ count: Int, rate: Double?, atOnce width: Int = 1) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let padding = String(repeating: "x", count: 150)
        try await withThrowingTaskGroup { group in
            for part in 0..<width {
                group.addTask {
                    for number in stride(from: part, to: count, by: width) {
                        if let rate { try await clock.sleep(until: start + .seconds(Double(number) / rate)) }
                        try await context.emit("tick", Tick(t: floor_monotonic_nanoseconds(), pad: padding))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Lets a process read the job's stream while `body` runs.
    func read(
        _ readers: Int, events: Int, seconds: Double = 30, _ query: String,
        while body: () async throws -> Void
    ) async throws -> StreamClient.Seen {
        try await StreamClient.run(
            port: port, path: "/v1/jobs/\(context.job)/stream?\(query)", readers: readers, events: events,
            seconds: seconds, while: body)
    }

    private struct Tick: Codable, Sendable {
        let t: Int64
        let pad: String
    }
}

private struct EmittingJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.emitting"
}

private struct EmittingHandler: JobHandler {
    let body: @Sendable (JobContext) async throws -> Void

    func run(_ job: EmittingJob, _ context: JobContext) async throws -> NoOutput {
        try await body(context)
        return NoOutput()
    }
}
