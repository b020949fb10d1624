import Foundation
import HoldfastCore
import HoldfastEngine
import HoldfastStore

/// A large artifact: how fast it is written and read, and that memory does not grow with it.
enum ArtifactScenario {
    private static let chunkBytes = 1 << 20
    private static let chunks = 200

    static func run(_ context: BenchContext) async throws {
        let engine = try context.engine("artifact")
        let done = Countdown(1)
        engine.register(LargeFileHandler(chunks: chunks, chunkBytes: chunkBytes) { done.down() })
        let before = residentMiB()
        try await BenchContext.whileRunning(engine) {
            let written = try await measure {
                _ = try await engine.enqueue(LargeFileJob())
                await done.wait()
            }
            line(context, "an artifact of 200 MiB is saved", written, before)
            let job = try await engine.log.read { try $0.jobs(.init(limit: 1)) }.first
            guard let job, let file = try await engine.artifact("large.bin", of: job.id) else { return }
            var bytes = 0
            let read = try await measure {
                for try await chunk in engine.content(of: file) { bytes += chunk.count }
            }
            line(context, "and read (\(bytes) bytes)", read, before)
        }
    }

    private static func line(_ context: BenchContext, _ name: String, _ seconds: Double, _ before: Int) {
        let rate = Double(chunks * chunkBytes >> 20) / seconds
        context.report.line(
            name, String(format: "%.0f MiB/s, memory grew by %d MiB", rate, residentMiB() - before))
    }

    /// The memory of this process that is in use now.
    private static func residentMiB() -> Int {
        let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096 >> 20
    }
}

/// A job that makes a large file.
private struct LargeFileJob: Job {
    typealias Output = NoOutput
    static let kind: JobKind = "bench.largeFile"
}

private struct LargeFileHandler: JobHandler {
    let chunks: Int
    let chunkBytes: Int
    let saved: @Sendable () -> Void

    func run(_ job: LargeFileJob, _ context: JobContext) async throws -> NoOutput {
        try await context.save(artifact: "large.bin", contentsOf: Numbers(chunks: chunks, bytes: chunkBytes))
        saved()
        return NoOutput()
    }
}

/// Chunks that differ from one another, made when they are asked for.
private struct Numbers: AsyncSequence, AsyncIteratorProtocol {
    let chunks: Int
    let bytes: Int
    var made = 0

    init(chunks: Int, bytes: Int) {
        self.chunks = chunks
        self.bytes = bytes
    }

    func makeAsyncIterator() -> Numbers { self }

    mutating func next() async -> [UInt8]? {
        guard made < chunks else { return nil }
        made += 1
        return [UInt8](repeating: UInt8(truncatingIfNeeded: made), count: bytes)
    }
}
