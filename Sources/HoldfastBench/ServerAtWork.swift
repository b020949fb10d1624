import CBenchFloor
import Foundation
import HoldfastClient
import HoldfastCore
import HoldfastEngine
import Synchronization

/// A server with work to do on a log: jobs are enqueued and run, and its API is asked, while something else is done to the
/// same file.
enum ServerAtWork {
    /// What was seen meanwhile, in milliseconds.
    struct Seen: Sendable {
        /// From giving a job to the engine until it was durable.
        var writes: [Double] = []
        /// From asking the API for a page of jobs until it was there.
        var answers: [Double] = []
        /// How many jobs ran.
        var jobs = 0

        /// For a line of the report.
        var text: String {
            let (writes, answers) = (Percentiles(writes), Percentiles(answers))
            return String(
                format:
                    "%d writes p50 %.1f, p99 %.1f, max %.1f ms; %d answers p50 %.1f, max %.1f ms; %d jobs ran",
                self.writes.count, writes.at(0.5), writes.at(0.99), writes.at(1), self.answers.count,
                answers.at(0.5), answers.at(1), jobs)
        }
    }

    /// How long those who write wait between two writes.
    private static let pause = Duration.milliseconds(2)

    /// Lets a server work while `body` runs, which gets the engine and the port.
    static func run<Outcome: Sendable>(
        at path: String, _ body: @Sendable @escaping (JobEngine, Int) async throws -> Outcome
    ) async throws -> (Seen, Outcome) {
        let engine = try BenchContext.engine(at: path)
        let jobs = Count()
        engine.register(TrivialHandler { _ in jobs.add() }, concurrency: 16)
        return try await BenchContext.whileRunning(engine) {
            try await BenchServer.run(engine) { _, port in
                let ends = Count()
                async let writes = repeating(until: ends) {
                    _ = try await engine.enqueue(TrivialJob())
                }
                let client = try HoldfastClient("http://127.0.0.1:\(port)")
                async let answers = repeating(until: ends) {
                    _ = try await client.jobs(JobFilter(phases: [.failed]), limit: 20)
                }
                let outcome: Outcome
                do {
                    defer { ends.add() }
                    outcome = try await body(engine, port)
                }
                return (try await Seen(writes: writes, answers: answers, jobs: jobs.value), outcome)
            }
        }
    }

    private static func repeating(
        until ends: Count, _ call: @Sendable () async throws -> Void
    ) async throws -> [Double] {
        var samples: [Double] = []
        while ends.value == 0 {
            let start = floor_monotonic_nanoseconds()
            try await call()
            samples.append(Double(floor_monotonic_nanoseconds() - start) / 1e6)
            try await ContinuousClock().sleep(for: pause)
        }
        return samples
    }
}

/// Counts from many tasks.
final class Count: Sendable {
    private let state = Mutex(0)

    /// How many there were.
    var value: Int { state.withLock(\.self) }

    /// Counts one more.
    func add() { state.withLock { $0 += 1 } }
}
