import CBenchFloor
import Foundation
import Glibc
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// What jobs cost that wait for a person: memory and threads of the process.
enum WaitingScenario {
    private static let count = 10_000

    static func run(_ context: BenchContext) async throws {
        let engine = try context.engine("waiting")
        engine.register(AskingHandler(), concurrency: 64)
        let (empty, first, second) = try await BenchContext.whileRunning(engine) {
            try await enqueue(100, on: engine)
            try await settle(waiting: 100, on: engine)
            let empty = ProcessUse.now
            // The caches of states, events and pages have bounds, which are reached here.
            try await enqueue(2 * count, on: engine)
            try await settle(waiting: 100 + 2 * count, on: engine)
            let first = ProcessUse.now
            try await enqueue(count, on: engine)
            try await settle(waiting: 100 + 3 * count, on: engine)
            return (empty, first, ProcessUse.now)
        }
        context.report.line(
            "waiting at checkpoints, the first \(2 * count)",
            String(
                format: "%.1f MiB, with all caches filled, %+d threads",
                Double(first.residentBytes - empty.residentBytes) / 1_048_576, first.threads - empty.threads))
        context.report.line(
            "waiting at checkpoints, \(count) more",
            String(
                format: "%.0f bytes of heap a job (aim < 1024), %+d threads",
                Double(second.heapBytes - first.heapBytes) / Double(count), second.threads - first.threads))
    }

    private static func enqueue(_ count: Int, on engine: JobEngine) async throws {
        for start in stride(from: 0, to: count, by: 500) {
            _ = try await engine.enqueue(
                contentsOf: (start..<min(start + 500, count)).map { AskingJob(number: $0) })
        }
    }

    private static func settle(waiting count: Int, on engine: JobEngine) async throws {
        let key = QueueCountKey(queue: .default, phase: .waiting)
        while try await engine.log.read({ try $0.counters() })[key] != count {
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        floor_trim_memory()
    }
}

/// Children of one parent: whether twice as many take twice as long.
enum FanOutScenario {
    static func run(_ context: BenchContext) async throws {
        var perChild: [Double] = []
        for count in [1000, 10_000] {
            let engine = try context.engine("fan-out")
            engine.register(TrivialHandler { _ in }, concurrency: 128)
            engine.register(SpreadingHandler(), concurrency: 1)
            let seconds = try await BenchContext.whileRunning(engine) {
                try await measure { _ = try await engine.enqueue(SpreadingJob(count: count)).result() }
            }
            perChild.append(seconds / Double(count))
            context.report.line(
                "fan-out of \(count)",
                String(format: "%.2f s, %.0f us a child", seconds, seconds / Double(count) * 1e6))
        }
        context.report.line(
            "fan-out, a child of 10,000 to one of 1,000",
            String(format: "%.2f (linear: 1, less the wait of 1 s)", perChild[1] / perChild[0]))
    }
}

/// A job that asks a person and waits.
private struct AskingJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.asking"
    var number = 0
}

private struct AskingHandler: JobHandler {
    func run(_ job: AskingJob, _ context: JobContext) async throws -> NoOutput {
        _ = try await context.checkpoint("gate")
        return NoOutput()
    }
}

/// A job that begins others and waits for them.
private struct SpreadingJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.spreading"
    var count: Int
}

private struct SpreadingHandler: JobHandler {
    func run(_ job: SpreadingJob, _ context: JobContext) async throws -> NoOutput {
        let children = try await context.spawn(contentsOf: (0..<job.count).map { TrivialJob(number: $0) })
        _ = try await children.results()
        return NoOutput()
    }
}

/// What this process uses of the machine.
struct ProcessUse: Sendable {
    /// What the process holds of the machine's memory, which comes and goes in pages.
    let residentBytes: Int
    /// What was allocated and not freed.
    let heapBytes: Int
    let threads: Int

    static var now: ProcessUse {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        func value(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? 0
        }
        return ProcessUse(
            residentBytes: value("VmRSS") * 1024, heapBytes: Int(floor_heap_bytes()),
            threads: value("Threads"))
    }
}
