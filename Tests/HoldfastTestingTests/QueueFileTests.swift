import Foundation
import Holdfast
import HoldfastCore
import HoldfastStore
import HoldfastTesting
import Testing

/// Limits of queues on a real file that two engines have open, each through a store of its own, as two processes have.
@Suite("Queues on one file", .timeLimit(.minutes(1)))
struct QueueFileTests {
    private struct Letter: Job {
        static let kind: JobKind = "letter"
        typealias Output = String
        var number: Int
    }

    private struct LetterHandler: JobHandler {
        func run(_ job: Letter, _ context: JobContext) async throws -> String {
            try await context.step("post") { "letter \(job.number)" }
        }
    }

    /// How many jobs ran at once at most, by the log: over all, of each process and of each key.
    private func crowds(_ log: EventLog) async throws -> (most: Int, engines: Set<EngineID>, mostOfKey: Int) {
        var states: [JobID: JobState] = [:]
        var (running, most, mostOfKey) = (0, 0, 0)
        var keys: [QueueKey: Int] = [:]
        var engines: Set<EngineID> = []
        for event in try await log.read({ try $0.events(EventQuery(limit: 100_000)).events }) {
            let recorded = try event.decoded()
            guard let job = recorded.job else { continue }
            let old = states[job]
            let new = try JobState.applying(recorded, to: old)
            states[job] = new
            if let change = QueueKey.runningChange(from: old, to: new) {
                running += change.by
                keys[change.key, default: 0] += change.by
                mostOfKey = max(mostOfKey, keys[change.key] ?? 0)
            }
            most = max(most, running)
            if case .job(.started(let started)) = recorded.event { engines.insert(started.engine) }
        }
        return (most, engines, mostOfKey)
    }

    @Test func `two engines on one file run three at once, one of each customer, and none is left`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "queues.db").path
        let clock = ManualClock()
        var engines: [JobEngine] = []
        for _ in 1...2 {
            let store = try SQLiteStore(path: path)
            let engine = try JobEngine(store, environment: .testing(clock: clock))
            engine.register(LetterHandler(), on: "mail", concurrency: 10)
            engines.append(engine)
        }
        let (one, two) = (engines[0], engines[1])
        try await one.configure("mail", QueueLimits(concurrency: 3, perProcess: 2, perKey: 1))
        try await one.pauseQueue("mail", reason: "until both run", by: .person("ana"))
        let running = engines.map { engine in Task { try await engine.run() } }
        var letters: [JobHandle<Letter>] = []
        for number in 1...120 {
            let key = LimitKey(rawValue: "customer \(number % 5)")
            letters.append(
                try await one.enqueue(Letter(number: number), EnqueueOptions(queue: "mail", limitKey: key)))
        }
        try await two.resumeQueue("mail", by: .person("bob"))
        for letter in letters { _ = try await letter.result() }
        let crowds = try await crowds(one.log)
        #expect(crowds.most <= 3)
        #expect(crowds.mostOfKey == 1)
        #expect(try await one.queue("mail").jobs == [.completed: 120])
        for task in running { task.cancel() }
        for task in running { try await task.value }
        for engine in engines { await engine.close() }
        let store = try SQLiteStore(path: path)
        let before = try store.openReader().queues()
        try store.rebuildProjections()
        #expect(try store.openReader().queues() == before)
    }
}
