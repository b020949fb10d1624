import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore
import Synchronization

/// Enqueueing a thousand jobs in one call.
enum EnqueueScenario {
    static func run(_ context: BenchContext) async throws {
        try await context.compare("enqueue, 1,000 jobs a call", unit: "jobs", aim: 15) {
            let engine = try context.engine("enqueue")
            let batch = (0..<1000).map { TrivialJob(number: $0) }
            var count = 0
            let seconds = try await measure {
                let end = ContinuousClock.now + .seconds(context.seconds)
                while ContinuousClock.now < end {
                    _ = try await engine.enqueue(contentsOf: batch)
                    count += batch.count
                }
            }
            await engine.close()
            return (count, seconds)
        }
    }
}

/// Whole trivial jobs: enqueue, claim, run, complete, with enqueueing and running at the same time.
enum TrivialJobScenario {
    static func run(_ context: BenchContext) async throws {
        try await context.compare("whole trivial jobs", unit: "jobs", aim: 3.5) {
            let engine = try context.engine("jobs")
            let count = Int(10_000 * context.seconds)
            let rest = Countdown(count)
            engine.register(TrivialHandler { _ in rest.down() }, concurrency: 128)
            let seconds = try await BenchContext.whileRunning(engine) {
                try await measure {
                    for start in stride(from: 0, to: count, by: 500) {
                        let batch = (start..<min(count, start + 500)).map { TrivialJob(number: $0) }
                        _ = try await engine.enqueue(contentsOf: batch)
                    }
                    await rest.wait()
                    // The last handlers returned; a job counts when its end is durable.
                    while try await engine.log.read({ try $0.counters() })[
                        .init(queue: .default, phase: .completed)] != Int(count)
                    { await Task.yield() }
                }
            }
            return (count, seconds)
        }
    }
}

/// From the call to enqueue until the handler starts, on an idle engine, one job after the other.
enum LatencyScenario {
    static func run(_ context: BenchContext) async throws {
        let engine = try context.engine("latency")
        let (starts, started) = AsyncStream<ContinuousClock.Instant>.makeStream()
        engine.register(TrivialHandler { _ in started.yield(.now) }, concurrency: 4)
        let samples = try await BenchContext.whileRunning(engine) {
            var samples: [Double] = []
            var iterator = starts.makeAsyncIterator()
            for number in 0..<1200 {
                let before = ContinuousClock.now
                let handle = try await engine.enqueue(TrivialJob(number: number))
                guard let after = await iterator.next() else { break }
                _ = try await handle.result()
                // The first ones warm caches and statements up.
                if number >= 200 { samples.append(Double((after - before).microseconds)) }
            }
            return samples
        }
        let sorted = Percentiles(samples)
        let text = String(
            format: "p50 %.2f ms (aim < 1), p99 %.2f ms (aim < 5), max %.2f ms; fdatasync %.0f us",
            sorted.at(0.5) / 1000, sorted.at(0.99) / 1000, sorted.at(1) / 1000, context.probe())
        context.report.line("enqueue to handler start", text)
    }
}

/// Claims with few and with very many jobs waiting.
enum ClaimScenario {
    static func run(_ context: BenchContext) async throws {
        // Interleaved, so that a slow phase of the disk meets both.
        let few = try await Waiting(context, 10)
        let many = try await Waiting(context, 1_000_000)
        var rates: ([Double], [Double]) = ([], [])
        for _ in 0..<5 {
            rates.0.append(try await few.claimRate(context.seconds / 5))
            rates.1.append(try await many.claimRate(context.seconds / 5))
        }
        await few.engine.close()
        await many.engine.close()
        let (small, large) = (Percentiles(rates.0).at(0.5), Percentiles(rates.1).at(0.5))
        context.report.line("claims, 10 jobs waiting", String(format: "%.0f claims/s", small))
        context.report.line(
            "claims, 1,000,000 jobs waiting",
            String(format: "%.0f claims/s, %.2f of that with 10 (aim >= 0.7)", large, large / small))
    }

    /// An engine whose queue keeps its length: each claimed job is given back.
    private struct Waiting: Sendable {
        let engine: JobEngine

        init(_ context: BenchContext, _ count: Int) async throws {
            engine = try context.engine("claims")
            for start in stride(from: 0, to: count, by: 1000) {
                let batch = (start..<min(count, start + 1000)).map { TrivialJob(number: $0) }
                _ = try await engine.enqueue(contentsOf: batch)
            }
        }

        /// Claims one job a transaction, and gives it back in the next, as a worker would.
        func claimRate(_ seconds: Double) async throws -> Double {
            let end = ContinuousClock.now + .seconds(seconds)
            var count = 0
            let taken = try await measure {
                var held: (JobID, LeaseToken)?
                while ContinuousClock.now < end {
                    held = try await engine.log.write { [held, engine] transaction in
                        if let (job, token) = held {
                            try transaction.execute(
                                .work(token, .release(reason: "bench")), on: job, by: .worker("bench"))
                        }
                        let queued = try transaction.queued(.default, kinds: [TrivialJob.kind], limit: 1)
                        guard let job = queued.first else { return nil }
                        let events = try transaction.execute(
                            .start(worker: "bench", engine: engine.id), on: job, by: .worker("bench"))
                        return (job, LeaseToken(events[0].position))
                    }
                    count += 1
                }
            }
            return Double(count) / taken
        }
    }
}

extension Duration {
    /// The length in whole microseconds.
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
