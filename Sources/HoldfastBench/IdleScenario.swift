import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What an engine costs that has nothing to do, with 100,000 finished jobs in its file.
enum IdleScenario {
    private static let finishedJobs = 100_000
    private static let measuredTime = Duration.seconds(60)

    static func run(_ context: BenchContext) async throws {
        let path = context.folder.fresh("idle")
        try await fill(path)
        let engine = try BenchContext.engine(at: path)
        engine.register(TrivialHandler { _ in }, concurrency: 128)
        let used = try await BenchContext.whileRunning(engine) {
            // The engine has started, and what filling left behind is tidied up.
            try await ContinuousClock().sleep(for: .seconds(10))
            let before = ProcessTime.now
            try await ContinuousClock().sleep(for: measuredTime)
            return ProcessTime.now - before
        }
        let part = used / Double(measuredTime.components.seconds) * 100
        let text = String(
            format: "%.2f %% of a core over %d s (aim < 0.5)", part, measuredTime.components.seconds)
        context.report.line("idle, \(finishedJobs) finished jobs", text)
    }

    /// Runs the jobs that are finished then.
    private static func fill(_ path: String) async throws {
        let engine = try BenchContext.engine(at: path)
        let rest = Countdown(finishedJobs)
        engine.register(TrivialHandler { _ in rest.down() }, concurrency: 512)
        try await BenchContext.whileRunning(engine) {
            for start in stride(from: 0, to: finishedJobs, by: 1000) {
                _ = try await engine.enqueue(
                    contentsOf: (start..<start + 1000).map { TrivialJob(number: $0) })
            }
            await rest.wait()
            // The last handlers returned; their ends are recorded before the engine stops.
        }
    }
}

/// The processor time that this process has used, of all its threads, in the kernel as well.
enum ProcessTime {
    /// In seconds.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
