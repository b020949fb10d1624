import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Durable appends by concurrent callers: each appends an event of 300 bytes to a job of its own and waits
/// for it.
enum AppendScenario {
    static func run(_ context: BenchContext) async throws {
        for (callers, aim) in [(1, nil), (8, nil), (64, 8.0), (512, 15.0)] as [(Int, Double?)] {
            try await context.compare("appends, \(callers) callers", unit: "appends", aim: aim) {
                try await measureAppends(context, callers: callers)
            }
        }
    }

    private static func measureAppends(
        _ context: BenchContext, callers: Int
    ) async throws -> (count: Int, seconds: Double) {
        let engine = try context.engine("appends")
        let leases = try await startJobs(engine, count: callers)
        let payload = Payload.inline(.string(String(repeating: "x", count: 298)))
        let command = WorkCommand.emit(AppEmitted(name: "sample", payload: payload))
        let count = try await withThrowingTaskGroup { group in
            let end = ContinuousClock.now + .seconds(context.seconds)
            for (job, token) in leases {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        _ = try await engine.log.write { transaction in
                            try transaction.execute(.work(token, command), on: job, by: .worker("bench"))
                        }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        await engine.close()
        return (count, context.seconds)
    }

    /// Enqueues jobs and claims them for a worker that only exists here.
    static func startJobs(_ engine: JobEngine, count: Int) async throws -> [(JobID, LeaseToken)] {
        let handles = try await engine.enqueue(contentsOf: (0..<count).map { TrivialJob(number: $0) })
        return try await engine.log.write { transaction in
            try handles.map { handle in
                let events = try transaction.execute(
                    .start(worker: "bench", engine: engine.id), on: handle.id, by: .worker("bench"))
                return (handle.id, LeaseToken(events[0].position))
            }
        }
    }
}
