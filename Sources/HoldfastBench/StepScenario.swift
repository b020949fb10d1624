import HoldfastEngine

/// Durable steps: one after another in one job, and in several jobs at once.
enum StepScenario {
    static func run(_ context: BenchContext) async throws {
        for (jobs, aim) in [(1, 0.65), (16, nil), (64, 5)] as [(Int, Double?)] {
            let name = jobs == 1 ? "steps of one job, one after another" : "steps of \(jobs) jobs at once"
            try await context.compare(name, unit: "steps", aim: aim) {
                try await measureSteps(context, jobs: jobs)
            }
        }
    }

    private static func measureSteps(
        _ context: BenchContext, jobs: Int
    ) async throws -> (count: Int, seconds: Double) {
        // Enough for about the wanted time on a fast disk; a slow one takes longer, which harms nothing.
        let each = jobs == 1 ? Int(3000 * context.seconds) : Int(30_000 * context.seconds) / jobs
        let engine = try context.engine("steps")
        let rest = Countdown(each * jobs)
        engine.register(SteppedHandler { rest.down() }, concurrency: jobs)
        let seconds = try await BenchContext.whileRunning(engine) {
            try await measure {
                _ = try await engine.enqueue(contentsOf: (0..<jobs).map { _ in SteppedJob(steps: each) })
                await rest.wait()
            }
        }
        return (each * jobs, seconds)
    }
}
