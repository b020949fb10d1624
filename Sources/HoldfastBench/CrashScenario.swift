import ArgumentParser
import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// Kills a process with 300 jobs of 10 steps half done, and measures how long the next one takes to finish
/// them.
enum CrashScenario {
    static let jobs = 300
    static let steps = 10

    static func run(_ context: BenchContext) async throws {
        let undisturbed = try await restart(context, kill: false)
        let killed = try await restart(context, kill: true)
        let limit = max(0.5, 2 * undisturbed.seconds)
        context.report.line(
            "after kill -9, \(jobs) jobs of \(steps) steps half done",
            String(
                format:
                    "all complete %.2f s after the restart (aim <= %.2f; the same work without a kill %.2f s)",
                killed.seconds, limit, undisturbed.seconds))
        context.report.line(
            "",
            "\(killed.completed) of \(jobs) completed, steps recorded \(killed.recorded), begun again \(killed.repeated)"
        )
    }

    private struct Outcome {
        var seconds: Double
        var completed: Int
        var recorded: Int
        var repeated: Int
    }

    /// Lets a child do half of the steps, ends it in the given way, and finishes the rest here.
    private static func restart(_ context: BenchContext, kill isKilled: Bool) async throws -> Outcome {
        let path = context.folder.fresh("crash")
        let child = Process()
        child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        child.arguments = ["crashed-process", path]
        child.standardOutput = Pipe()
        try child.run()
        let watcher = try BenchContext.engine(at: path)
        let half = jobs * steps / 2
        var recorded = 0
        for try await page in LogTailer(watcher.log, EventQuery(kinds: [.stepCompleted], limit: 1000)) {
            recorded += page.events.count
            if recorded >= half { break }
        }
        if isKilled { _ = Foundation.kill(child.processIdentifier, SIGKILL) } else { child.terminate() }
        child.waitUntilExit()
        await watcher.close()

        let engine = try BenchContext.engine(at: path)
        engine.register(SteppedHandler {}, concurrency: jobs)
        let completed = QueueCountKey(queue: .default, phase: .completed)
        let seconds = try await BenchContext.whileRunning(engine) {
            let seconds = try await measure {
                for await _ in engine.log.feed.signals() {
                    let counters = try await engine.log.read { try $0.counters() }
                    if counters[completed] == jobs { break }
                }
            }
            return seconds
        }
        return try await outcome(path, seconds: seconds)
    }

    private static func outcome(_ path: String, seconds: Double) async throws -> Outcome {
        let engine = try BenchContext.engine(at: path)
        var outcome = Outcome(seconds: seconds, completed: 0, recorded: 0, repeated: 0)
        var begun: [String: Int] = [:]
        for try await page in LogTailer(engine.log, EventQuery(limit: 1000), follows: false) {
            for event in page.events {
                switch EventKind(rawValue: event.kind) {
                case .jobCompleted: outcome.completed += 1
                case .stepCompleted: outcome.recorded += 1
                case .stepStarted: begun["\(event.job?.description ?? "")\(event.data)", default: 0] += 1
                default: break
                }
            }
        }
        outcome.repeated = begun.values.count { $0 > 1 }
        await engine.close()
        return outcome
    }
}

/// The process that is killed.
struct CrashedProcess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Argument var path: String

    func run() async throws {
        let engine = try BenchContext.engine(at: path)
        engine.register(SteppedHandler {}, concurrency: CrashScenario.jobs)
        _ = try await engine.enqueue(
            contentsOf: (0..<CrashScenario.jobs).map { _ in SteppedJob(steps: CrashScenario.steps) })
        signal(SIGTERM, SIG_IGN)
        let stop = DispatchSource.makeSignalSource(signal: SIGTERM)
        let running = Task { try await engine.run() }
        stop.setEventHandler { running.cancel() }
        stop.resume()
        _ = await running.result
        await engine.close()
    }
}
